package io.groundstream.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.jobs.cli.ExitCodes;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ConsoleTest {
  @Test
  void helpNamesEveryCommandAndHowToBegin() {
    CommandRun help = CommandRun.groundstream("--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("produce", "consume", "groundstream demo");
    for (CommandLine command : Console.commandLine().getSubcommands().values()) {
      CommandRun one = CommandRun.groundstream(command.getCommandName(), "--help");
      assertThat(one.exitCode()).as(command.getCommandName()).isZero();
      assertThat(one.out()).contains("Usage: groundstream " + command.getCommandName());
    }
    assertThat(CommandRun.groundstream("--version").out()).startsWith("groundstream ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "--nonsense",
        "produce",
        "produce --topic t",
        "produce --topic t --text x .",
        "produce --topic t --task referring-expression --box 1,2,3 .",
        "consume",
        "consume --topic t --idle-timeout soon",
        "consume --topic t --count many",
        "consume --topic t --count -1"
      })
  void wrongUsageIsTwo(String line) {
    CommandRun run = CommandRun.groundstream(line.isEmpty() ? new String[0] : line.split(" ", -1));
    assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).containsIgnoringCase("groundstream ");
  }

  @Test
  void whatCannotBeDoneIsThreeWithoutAStackTrace() {
    CommandRun run = CommandRun.groundstream("produce", "--topic", "t", "no/such/folder");
    assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(run.err()).startsWith("error: DIR: no/such/folder").doesNotContain("\tat ");
  }

  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "10s, PT10S",
    "10, PT10S",
    "2min, PT2M",
    "2m, PT2M",
    "1h, PT1H",
    "PT3S, PT3S",
    "0, PT0S"
  })
  void durationsAreWrittenAsPeopleDo(String text, Duration expected) {
    assertThat(new DurationConverter().convert(text)).isEqualTo(expected);
  }
}
