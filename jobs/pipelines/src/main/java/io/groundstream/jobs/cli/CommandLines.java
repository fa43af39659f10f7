package io.groundstream.jobs.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs command lines and reports their errors. */
public final class CommandLines {
  /** Wide enough for the examples to be copied. */
  private static final int HELP_WIDTH = 100;

  private CommandLines() {}

  /** Returns a command line that is ready to execute. */
  public static CommandLine of(Object command) {
    return new CommandLine(command)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(HELP_WIDTH)
        .setParameterExceptionHandler(CommandLines::explainUsage)
        .setExecutionExceptionHandler(CommandLines::explain);
  }

  /**
   * Runs a command and ends the process with its exit code. If Flink runs it from the job jar, the
   * process belongs to Flink, so a failure is thrown for Flink to report.
   */
  public static void run(CommandLine command, String... arguments) {
    // JSON is UTF-8, regardless of the terminal's locale.
    boolean ours = CommandLines.class.getClassLoader() == ClassLoader.getSystemClassLoader();
    StandardOutput output =
        new StandardOutput(ours ? new FileOutputStream(FileDescriptor.out) : System.out);
    PrintStream stream = new PrintStream(output, true, StandardCharsets.UTF_8);
    if (ours) {
      System.setOut(stream);
    }
    PrintWriter out = new PrintWriter(stream, true, StandardCharsets.UTF_8);
    int exitCode = command.setOut(out).execute(arguments);
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
          "groundstream ended with code " + exitCode + "; the lines above say what was wrong");
    }
  }

  /** Reports the error and where to find help; printing the whole help would hide the error. */
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
    if (!(failure instanceof CommandException)) {
      throw failure;
    }
    PrintWriter err = command.getErr();
    err.println(command.getColorScheme().errorText("error: " + failure.getMessage()));
    err.flush();
    return ExitCodes.FAILED;
  }

  /** The version that the build wrote into the jar. */
  public static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = CommandLines.class.getPackage().getImplementationVersion();
      return new String[] {"groundstream " + (version == null ? "(not packaged)" : version)};
    }
  }
}
