package io.groundstream.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.jobs.cli.ExitCodes;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests how {@code backfill} checks its options and an archive before it starts anything. */
class BackfillCommandTest {
  @TempDir Path directory;

  private CommandRun check(String... more) {
    String[] all = new String[more.length + 4];
    all[0] = "backfill";
    all[1] = "--check";
    all[2] = "--state";
    all[3] = directory.resolve("state").toString();
    System.arraycopy(more, 0, all, 4, more.length);
    return CommandRun.groundstream(all);
  }

  @Test
  void checkingTellsHowMuchThereIsAndChangesNothing() throws Exception {
    Path archive = Files.createDirectories(directory.resolve("archive;of 'mine'"));
    Files.writeString(archive.resolve("a.jpg"), "an image");
    Files.writeString(archive.resolve("b.png"), "another");
    Files.writeString(archive.resolve("notes.txt"), "not an image");

    CommandRun run = check("--to-files", directory.resolve("o").toString(), "" + archive);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("The configuration is fine.").contains("a Kosmos-2 checkpoint");
    assertThat(run.err()).contains("2 files").contains("1 ignored by their names");
    assertThat(directory.resolve("state")).doesNotExist();
    assertThat(directory.resolve("o")).doesNotExist();
  }

  @Test
  void aManifestWithoutAColumnOfImagesFailsTheCheck() throws Exception {
    Path folder = Files.createDirectories(directory.resolve("tables"));
    Files.writeString(folder.resolve("sound.csv"), "id,url\na,1.jpg\n");
    Files.writeString(folder.resolve("wrong.csv"), "id,caption\na,a dog\n");

    CommandRun run = check("--to-files", directory.resolve("o").toString(), folder + "/*.csv");

    assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(run.err())
        .contains("wrong.csv: columns: [id, caption] (expected: also one with images")
        .contains("using the bundled one")
        .doesNotContain("sound.csv");
  }

  @Test
  void whatIsIgnoredIsToldByItsNames() throws Exception {
    Path archive = Files.createDirectories(directory.resolve("archive"));
    Files.createDirectories(archive.resolve("_delta_log"));
    Files.writeString(archive.resolve("a.jpg"), "an image");

    CommandRun run = check("--to-files", directory.resolve("o").toString(), "" + archive);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("is a table of Delta Lake, and its log is not followed");
  }

  @Test
  void whatIsMissingOnThisMachineIsToldAtOnce() throws Exception {
    Path archive = Files.createDirectories(directory.resolve("archive"));
    Files.writeString(archive.resolve("a.jpg"), "an image");
    Path file = Files.writeString(directory.resolve("a-file"), "not a folder");

    CommandRun run =
        check(
            "--checkpoint",
            "/nowhere",
            "--to-files",
            file.resolve("o").toString(),
            "-Dfetch.allowed-roots=/not/here",
            "" + archive);

    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.FAILED);
    assertThat(run.err())
        .containsPattern("archive.paths +ok +1 file")
        .contains("/nowhere: no such directory")
        .contains("/not/here (expected: a folder")
        .containsPattern("output.directory +PROBLEM")
        .contains("The job would not start: 3 problems.");
  }

  @Test
  void whatIsMissingElsewhereIsToldWhereThatIsAsked() throws Exception {
    Path archive = Files.createDirectories(directory.resolve("archive"));
    Files.writeString(archive.resolve("a.jpg"), "an image");

    CommandRun run =
        check(
            "--connect",
            "--to-kafka",
            "127.0.0.1:1",
            "--schema-registry",
            "http://127.0.0.1:1",
            "" + archive);

    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.FAILED);
    assertThat(run.err())
        .contains("no broker answers at 127.0.0.1:1")
        .containsPattern("subject grounded-images-value +PROBLEM")
        // What only a broker could answer is not reported.
        .doesNotContain("rights")
        .doesNotContain("topic grounded-images");
  }

  @Test
  void allProblemsAreToldAtOnce() {
    CommandRun run = check("--rate", "-1", "--name", "a/b", "--format", "xml", "-Djob.nam=x");

    assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.err())
        .contains("archive.paths: not set")
        .contains("archive.pictures-per-second: -1 (expected: > 0)")
        .contains("backfill.name: a/b (expected: ")
        .contains("output.format: xml (expected: avro or parquet)")
        .contains("output.directory: not set")
        .contains("job.nam: unknown key (expected: perhaps job.name)")
        // The problems are the last output, not the help.
        .endsWith("Help: groundstream backfill --help" + System.lineSeparator())
        .doesNotContain("Usage:");
  }

  @Test
  void resultsGoToOnePlace() {
    CommandRun run =
        check("--checkpoint", "c", "--to-files", "o", "--to-kafka", "localhost:9092", "archive");

    assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.err()).contains("kafka.bootstrap-servers: localhost:9092 (expected: nothing");
  }

  @Test
  void anArchiveThatIsNotThereIsToldWithItsPath() {
    String nowhere = directory.resolve("nowhere").toString();

    CommandRun run = check("--checkpoint", "c", "--to-files", "o", nowhere);

    assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(run.err()).contains("archive.paths").contains(nowhere).doesNotContain("\tat ");
  }

  @Test
  void aSummaryThatCannotBeWrittenIsToldBeforeTheRun() {
    String nowhere = directory.resolve("no-folder").resolve("summary.json").toString();

    CommandRun run = check("--checkpoint", "c", "--to-files", "o", "--summary", nowhere, "archive");

    assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.err()).contains("--summary: " + nowhere + " (expected: a file");
  }

  @Test
  void anOutputFolderThatCannotBeWrittenIsToldBeforeTheRun() throws Exception {
    Path archive = Files.createDirectories(directory.resolve("archive"));
    Files.writeString(archive.resolve("a.jpg"), "an image");
    Path output = Files.createDirectories(directory.resolve("o"));
    Files.writeString(output.resolve("phrases"), "a file where a folder should be");

    CommandRun run =
        CommandRun.groundstream(
            "backfill",
            "--state",
            directory.resolve("state").toString(),
            "--checkpoint",
            "c",
            "--to-files",
            output.toString(),
            archive.toString());

    assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(run.err())
        .contains("output.directory: ")
        .contains("cannot be written to")
        .doesNotContain("\tat ");
    assertThat(output.resolve("images").resolve(".backfill.probe")).doesNotExist();
  }

  @Test
  void theHelpTeachesResuming() {
    CommandRun run = CommandRun.groundstream("backfill", "--help");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("--resume", "WebDataset", "dead letter", "Examples:");
  }
}
