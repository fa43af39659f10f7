package io.groundstream.jobs.cli;

import io.groundstream.jobs.demo.DemoException;
import io.groundstream.jobs.embedded.LocalServiceException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code groundstream} command: the way in to all others. */
@Command(
    name = "groundstream",
    mixinStandardHelpOptions = true,
    versionProvider = Groundstream.Version.class,
    description = {
      "Turns streams of images into grounded text: captions, answers and phrases with boxes.",
      ""
    },
    footer = {
      "",
      "Begin with:",
      "  groundstream demo",
      "Exit codes: 0 all went well, 2 wrong usage, 3 something failed, 1 a fault of our own.",
      "'groundstream help COMMAND' tells more about a command. JVM options go into",
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
      BenchCommand.class,
      SearchCommand.class,
      ViewCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Groundstream implements Runnable {
  /** Wide enough for the examples, so that they can be copied. */
  private static final int HELP_WIDTH = 100;

  @Spec private CommandSpec spec;

  /**
   * Runs a command and ends the process with its exit code; where Flink runs this from a job's jar,
   * the process is not ours to end, and a failure is thrown for Flink to report.
   */
  public static void main(String[] arguments) {
    // JSON is UTF-8, whatever the terminal's locale says.
    boolean ours = Groundstream.class.getClassLoader() == ClassLoader.getSystemClassLoader();
    StandardOutput output =
        new StandardOutput(ours ? new FileOutputStream(FileDescriptor.out) : System.out);
    PrintStream stream = new PrintStream(output, true, StandardCharsets.UTF_8);
    if (ours) {
      System.setOut(stream);
    }
    PrintWriter out = new PrintWriter(stream, true, StandardCharsets.UTF_8);
    CommandLine command = commandLine().setOut(out);
    int exitCode = command.execute(arguments);
    out.flush();
    IOException lost = output.failure();
    if (lost != null && exitCode == ExitCodes.OK) {
      command.getErr().println("error: standard output: " + lost.getMessage());
      exitCode = ExitCodes.FAILED;
    }
    if (ours) {
      System.exit(exitCode);
    }
    if (exitCode != ExitCodes.OK) {
      throw new IllegalStateException(
          "groundstream ended with code " + exitCode + "; what was wrong is told above");
    }
  }

  /** Returns the whole command line, ready to execute. */
  public static CommandLine commandLine() {
    return new CommandLine(new Groundstream())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(HELP_WIDTH)
        .setParameterExceptionHandler(Groundstream::explainUsage)
        .setExecutionExceptionHandler(Groundstream::explain);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  /** Tells what is wrong and where there is help; a whole page of it would push that off sight. */
  private static int explainUsage(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(command.getColorScheme().errorText(failure.getMessage()));
    if (!command.getSubcommands().isEmpty()) {
      command.usage(err);
    } else {
      boolean unused = UnmatchedArgumentException.printSuggestions(failure, err);
      err.printf("Help: %s --help%n", command.getCommandSpec().qualifiedName());
    }
    err.flush();
    return ExitCodes.USAGE;
  }

  private static int explain(Exception failure, CommandLine command, ParseResult result)
      throws Exception {
    if (!isForUser(failure)) {
      throw failure;
    }
    PrintWriter err = command.getErr();
    err.println(command.getColorScheme().errorText("error: " + failure.getMessage()));
    err.flush();
    return ExitCodes.FAILED;
  }

  private static boolean isForUser(Throwable failure) {
    return failure instanceof CommandException
        || failure instanceof DemoException
        || failure instanceof LocalServiceException;
  }

  /** The version that the build wrote into our jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Groundstream.class.getPackage().getImplementationVersion();
      return new String[] {"groundstream " + (version == null ? "(not packaged)" : version)};
    }
  }
}
