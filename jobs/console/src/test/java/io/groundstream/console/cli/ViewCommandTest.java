package io.groundstream.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.jobs.cli.ExitCodes;
import org.junit.jupiter.api.Test;

class ViewCommandTest {
  @Test
  void allThatIsWrongIsToldAtOnce() {
    CommandRun run =
        CommandRun.groundstream(
            "view",
            "--keep",
            "0",
            "--port",
            "70000",
            "--from",
            "yesterday",
            "-Dkafka.topics.image=x",
            "-Dfetch.allowed-roots=relative");
    assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.err())
        .contains(
            "--keep: 0 (expected: 1 to 1000)",
            "--port: 70000 (expected: 1 to 65535, or 0 for a free one)",
            "--from: yesterday (expected: now, earliest, or a duration such as 10min)",
            "kafka.topics.image: unknown key (expected: perhaps kafka.topics.images)",
            "fetch.allowed-roots: relative (expected: absolute paths of directories");
  }

  @Test
  void aRegistryThatIsNotThereIsNamed() {
    CommandRun run =
        CommandRun.groundstream("view", "--port", "0", "--schema-registry", "http://127.0.0.1:1");
    assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(run.err())
        .startsWith("error: --schema-registry: http://127.0.0.1:1 gives no answer (expected: ")
        .doesNotContain("\tat ");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void whoeverOpensItToOthersIsWarned() {
    CommandRun run =
        CommandRun.groundstream(
            "view", "--port", "0", "--bind", "0.0.0.0", "--schema-registry", "http://127.0.0.1:1");
    assertThat(run.err())
        .startsWith("warning: --bind 0.0.0.0: everyone with access to this machine's port sees");
  }
}
