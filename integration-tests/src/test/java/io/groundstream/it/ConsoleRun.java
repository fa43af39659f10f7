package io.groundstream.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.groundstream.console.cli.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a command of the console printed in this process. Captures the standard output of the
 * process; one at a time.
 */
record ConsoleRun(int exitCode, String out, String err) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Runs a command. */
  static ConsoleRun of(List<String> arguments) {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringWriter err = new StringWriter();
    int exitCode;
    try (PrintStream capture = new PrintStream(out, true, StandardCharsets.UTF_8)) {
      System.setOut(capture);
      exitCode =
          Console.commandLine()
              .setErr(new PrintWriter(err))
              .execute(arguments.toArray(String[]::new));
    } finally {
      System.setOut(before);
    }
    return new ConsoleRun(exitCode, out.toString(StandardCharsets.UTF_8), err.toString());
  }

  /** Returns the JSON documents of the output, one a line. */
  List<JsonNode> json() throws Exception {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : out.lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }
}
