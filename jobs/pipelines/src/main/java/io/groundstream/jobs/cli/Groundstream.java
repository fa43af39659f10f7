package io.groundstream.jobs.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The main class of the job jar: the commands that start a job, on a cluster or in this process.
 */
@Command(
    name = "groundstream",
    mixinStandardHelpOptions = true,
    versionProvider = CommandLines.Version.class,
    description = {
      "Turns streams of images into grounded text: captions, answers and phrases with boxes.",
      ""
    },
    footer = {
      "",
      "This is the job jar, with the commands that run on a cluster. All other commands are in"
          + " the",
      "launcher, ./groundstream.",
      "Exit codes: 0 all went well, 2 wrong usage, 3 something failed, 1 a fault in Groundstream"
          + " itself."
    },
    subcommands = {
      EnrichCommand.class,
      BackfillCommand.class,
      IndexCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Groundstream implements Runnable {
  @Spec private CommandSpec spec;

  /** Runs a command, such as {@code enrich --config enrich.yaml}. */
  public static void main(String[] arguments) {
    CommandLines.run(commandLine(), arguments);
  }

  /** Returns the command line of the job jar. */
  public static CommandLine commandLine() {
    return CommandLines.of(new Groundstream());
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
