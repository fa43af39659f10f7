package io.groundstream.jobs.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.operators.archive.plan.ArchiveUnit;
import io.groundstream.operators.archive.plan.UnitFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finished files stay finished, wherever a process dies. */
class RunDirectoryTest {
  private static final RunRecord RECORD =
      new RunRecord(
          RunRecord.VERSION,
          false,
          Map.of(),
          1,
          0,
          new ArchiveListing(1, 1, 0, 0, 0, Map.of(), List.of()));

  @TempDir Path folder;

  private static ArchiveUnit unit(String name) {
    return new ArchiveUnit(name, "/archive/" + name, UnitFormat.TAR, 10, 20, false);
  }

  private RunDirectory run(String listed) throws Exception {
    RunDirectory directory = RunDirectory.open(folder.toUri().toString());
    try (FileList.Writer list = directory.listed()) {
      list.add(FileList.Entry.of(unit(listed)));
    }
    return directory;
  }

  @Test
  void everyRunAddsItsFiles() throws Exception {
    run("a.tar").finish(RECORD);
    RunDirectory second = run("b.tar");
    second.finish(RECORD);

    assertThat(second.finished().contains(unit("a.tar"))).isTrue();
    assertThat(second.finished().contains(unit("b.tar"))).isTrue();
    assertThat(second.finished().contains(unit("c.tar"))).isFalse();
  }

  @Test
  void filesOfEarlierRunsSurviveADeathWhileTheListIsReplaced() throws Exception {
    run("a.tar").finish(RECORD);
    RunDirectory second = run("b.tar");
    // The state left by a process that dies after it has moved the old list away.
    Files.move(folder.resolve("finished.gz"), folder.resolve("finished.gz.old"));
    Files.writeString(folder.resolve("finished.gz.new"), "whatever");

    second.finish(RECORD);

    assertThat(second.finished().contains(unit("a.tar"))).isTrue();
    assertThat(second.finished().contains(unit("b.tar"))).isTrue();
    try (var left = Files.list(folder)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("finished.gz", "run.json");
    }
  }
}
