package io.groundstream.console.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands for dead letters. */
@Command(
    name = "dead-letters",
    mixinStandardHelpOptions = true,
    description = {
      "See what could not be processed and why, and try it again.",
      "",
      "Every event or request that fails ends in the topic of dead letters, with a stage, a"
          + " stable code, and all that a replay needs. deploy/dead-letters.md lists the codes and"
          + " what to do about each.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  What went wrong, counted:",
      "    groundstream dead-letters list",
      "  One of them in full:",
      "    groundstream dead-letters show 0:17",
      "  Once the bucket is back: show what would be tried again, then try it:",
      "    groundstream dead-letters replay --code image-not-found --dry-run",
      "    groundstream dead-letters replay --code image-not-found"
    },
    subcommands = {
      DeadLettersListCommand.class,
      DeadLettersShowCommand.class,
      DeadLettersReplayCommand.class,
      HelpCommand.class
    })
final class DeadLettersCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command: list, show or replay");
  }
}
