package io.groundstream.console.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/**
 * The result of a command.
 *
 * @param exitCode the exit code that its process would have
 * @param out its standard output
 * @param err its standard error
 */
public record CommandRun(int exitCode, String out, String err) {
  /** Runs a command in this JVM, one at a time, because they share the JVM's standard output. */
  public static CommandRun groundstream(String... arguments) {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringWriter err = new StringWriter();
    int exitCode;
    try (PrintStream capture = new PrintStream(out, true, StandardCharsets.UTF_8)) {
      System.setOut(capture);
      CommandLine command = Console.commandLine();
      command
          .setOut(new PrintWriter(capture, true, StandardCharsets.UTF_8))
          .setErr(new PrintWriter(err));
      exitCode = command.execute(arguments);
    } finally {
      System.setOut(before);
    }
    return new CommandRun(exitCode, out.toString(StandardCharsets.UTF_8), err.toString());
  }
}
