package io.groundstream.jobs.terminal;

import java.io.PrintWriter;
import java.util.Locale;

/**
 * Shows progress on standard error: a single line that is overwritten on a terminal, otherwise a
 * new line every five seconds. Prints nothing for work that ends within a second. Not thread-safe.
 */
public final class ProgressLine {
  private static final long QUIET_NANOS = 1_000_000_000L;
  private static final long TERMINAL_INTERVAL_NANOS = 200_000_000L;
  private static final long LOG_INTERVAL_NANOS = 5_000_000_000L;
  private static final int BAR_WIDTH = 30;

  /** Set by the launcher, which can detect it, if standard error is a terminal. */
  private static final String TERMINAL_PROPERTY = "groundstream.terminal";

  private final PrintWriter out;
  private final boolean terminal = Boolean.getBoolean(TERMINAL_PROPERTY);
  private final String what;
  private final long start = System.nanoTime();
  private long startDone;
  private long lastPrinted;
  private boolean printed;

  public ProgressLine(PrintWriter out, String what) {
    this.out = out;
    this.what = what;
    // A terminal gets its first line after the quiet time, a log after its interval.
    this.lastPrinted = terminal ? start + QUIET_NANOS - interval() : start;
  }

  /** Sets how much of the total was done before the start, which does not count for the speed. */
  public void startAt(long done) {
    startDone = done;
  }

  /** Shows {@code done} of {@code total}, both in the unit that {@code figures} states. */
  public void update(long done, long total, String figures) {
    long now = System.nanoTime();
    if (now - lastPrinted < interval()) {
      return;
    }
    double share = total == 0 ? 1 : (double) done / total;
    long since = done - startDone;
    String left =
        since <= 0 ? "" : "  " + duration((now - start) / 1e9 * (total - done) / since) + " left";
    int filled = (int) (share * BAR_WIDTH);
    String line =
        String.format(
            Locale.ROOT,
            "%s [%s%s] %3.0f %%  %s%s",
            what,
            "#".repeat(filled),
            ".".repeat(BAR_WIDTH - filled),
            100 * share,
            figures,
            left);
    print(line, now);
  }

  /** Returns a duration in a readable form, with two or three significant figures. */
  static String duration(double seconds) {
    double minutes = seconds / 60;
    double hours = minutes / 60;
    if (seconds < 120) {
      return String.format(Locale.ROOT, "%.0f s", seconds);
    }
    if (minutes < 120) {
      return String.format(Locale.ROOT, "%.0f min", minutes);
    }
    return hours < 48
        ? String.format(Locale.ROOT, "%.1f h", hours)
        : String.format(Locale.ROOT, "%,.1f days", hours / 24);
  }

  /** Shows figures of work whose total is unknown. */
  public void count(String figures) {
    long now = System.nanoTime();
    if (now - lastPrinted >= interval()) {
      print(what + ": " + figures, now);
    }
  }

  private void print(String line, long now) {
    lastPrinted = now;
    printed = true;
    if (terminal) {
      out.print("\r" + line + "\u001b[K");
    } else {
      out.println(line);
    }
    out.flush();
  }

  /** Clears the line, so that further output starts on an empty one. */
  public void end() {
    if (printed && terminal) {
      out.print("\r\u001b[K");
      out.flush();
    }
  }

  private long interval() {
    return terminal ? TERMINAL_INTERVAL_NANOS : LOG_INTERVAL_NANOS;
  }
}
