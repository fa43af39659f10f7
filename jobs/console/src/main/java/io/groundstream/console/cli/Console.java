package io.groundstream.console.cli;

import io.groundstream.jobs.cli.BackfillCommand;
import io.groundstream.jobs.cli.CommandLines;
import io.groundstream.jobs.cli.EnrichCommand;
import io.groundstream.jobs.cli.IndexCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code groundstream} command, with all others as its subcommands. */
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
      "Start with:",
      "  groundstream demo",
      "Exit codes: 0 all went well, 2 wrong usage, 3 something failed, 1 a fault in Groundstream"
          + " itself.",
      "'groundstream help COMMAND' describes a command. JVM options go into",
      "the environment variable GROUNDSTREAM_OPTS."
    },
    subcommands = {
      DemoCommand.class,
      InferCommand.class,
      EnrichCommand.class,
      BackfillCommand.class,
      IndexCommand.class,
      ProduceCommand.class,
      ConsumeCommand.class,
      DeadLettersCommand.class,
      SchemasCommand.class,
      SqlCommand.class,
      EvaluateCommand.class,
      BenchCommand.class,
      NativesCommand.class,
      SearchCommand.class,
      ViewCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Console implements Runnable {
  @Spec private CommandSpec spec;

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    CommandLines.run(commandLine(), arguments);
  }

  /** Returns the whole command line, ready to execute. */
  public static CommandLine commandLine() {
    return CommandLines.of(new Console());
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
