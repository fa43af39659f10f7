package io.groundstream.jobs.terminal;

import java.io.PrintWriter;
import java.util.Locale;

/**
 * Tells on standard error how far something has come: one line that is written over on a terminal,
 * a line every five seconds elsewhere. Says nothing of what ends within a second. Not thread-safe.
 */
public final class ProgressLine {
  private static final long QUIET_NANOS = 1_000_000_000L;
  private static final long TERMINAL_INTERVAL_NANOS = 200_000_000L;
  private static final long LOG_INTERVAL_NANOS = 5_000_000_000L;
  private static final int BAR_WIDTH = 30;

  /** Set by the launcher, which can tell, where standard error is a terminal. */
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
    // A terminal gets its first line when the quiet time is over, a log when its interval is.
    this.lastPrinted = terminal ? start + QUIET_NANOS - interval() : start;
  }

  /** Says how much of the total was done before this began, which tells nothing of its speed. */
  public void startAt(long done) {
    startDone = done;
  }

  /** Shows {@code done} of {@code total}, both in the unit that {@code figures} spells out. */
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

  /** Returns a duration as people say it: to two figures or so. */
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

  /** Shows figures of something whose end nobody knows. */
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

  /** Clears the line, so that what is printed next begins on a clean one. */
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
