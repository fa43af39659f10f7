package io.groundstream.console.cli;

import io.groundstream.jobs.cli.TextTable;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A table of subjects. */
final class SchemaTable {
  private SchemaTable() {}

  static void print(List<List<String>> rows, PrintWriter out) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    TextTable.print(rows, new PrintStream(text, true, StandardCharsets.UTF_8));
    out.print(text.toString(StandardCharsets.UTF_8));
    out.flush();
  }
}
