package io.groundstream.jobs.cli;

import io.groundstream.jobs.enrich.FailureReasons;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The checks of {@code --check} and their findings; reports all problems at once, in a table. For
 * one thread.
 */
final class StartChecks {
  /** A check of one thing. */
  @FunctionalInterface
  interface Look {
    /** Returns the finding in a few words. */
    String look() throws Exception;
  }

  private final List<List<String>> rows = new ArrayList<>();
  private final Set<String> wrong = new HashSet<>();
  private int problems;

  StartChecks() {
    rows.add(List.of("CHECKED", "", "FOUND"));
  }

  /** Checks one thing; any failure of the check is a problem of this thing. */
  void look(String thing, Look look) throws InterruptedException {
    try {
      rows.add(List.of(thing, "ok", look.look()));
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      problems++;
      wrong.add(thing);
      String mark = "PROBLEM";
      for (String line : FailureReasons.of(e).split("\n", -1)) {
        rows.add(List.of(thing, mark, line.strip()));
      }
    }
  }

  /** Returns whether the check of this thing found a problem. */
  boolean isWrong(String thing) {
    return wrong.contains(thing);
  }

  /** Prints the table and the verdict, and returns the exit code. */
  int finish(PrintWriter err) {
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    TextTable.print(rows, new PrintStream(table, true, StandardCharsets.UTF_8));
    err.print(table.toString(StandardCharsets.UTF_8));
    err.println(
        problems == 0
            ? "The configuration is fine."
            : "The job would not start: "
                + problems
                + (problems == 1 ? " problem." : " problems."));
    err.flush();
    return problems == 0 ? ExitCodes.OK : ExitCodes.FAILED;
  }
}
