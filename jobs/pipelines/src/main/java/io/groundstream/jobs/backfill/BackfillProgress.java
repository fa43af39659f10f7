package io.groundstream.jobs.backfill;

import io.groundstream.jobs.terminal.ProgressLine;
import io.groundstream.operators.tally.Count;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;

/**
 * Tells people how far a backfill is: done, failed, rate, and the time left, by pictures where
 * their number is known and else by the archive's bytes. For one thread.
 */
final class BackfillProgress implements AutoCloseable {
  /** The rate is that of about the last seconds. */
  private static final double RATE_SECONDS = 10;

  private final ProgressLine line;
  private final ArchiveListing listing;
  private long lastNanos = System.nanoTime();
  private long lastPictures = -1;
  private double rate;

  BackfillProgress(PrintWriter err, ArchiveListing listing) {
    this.line = new ProgressLine(err, "Grounding");
    this.listing = listing;
  }

  void update(Map<String, Object> counts) {
    long pictures = Count.PICTURES.in(counts);
    updateRate(pictures, Count.RESTORED_PICTURES.in(counts));
    boolean byPictures = listing.picturesAreKnown();
    long total = byPictures ? listing.files() : listing.bytes();
    Count unit = byPictures ? Count.PICTURES : Count.SOURCE_BYTES;
    Count restored = byPictures ? Count.RESTORED_PICTURES : Count.RESTORED_SOURCE_BYTES;
    line.startAt(restored.in(counts));
    line.update(
        Math.min(total, unit.in(counts)),
        total,
        String.format(
            Locale.ROOT,
            "%,d%s pictures, %,d failed, %.1f/s",
            pictures,
            byPictures ? String.format(Locale.ROOT, " of %,d", total) : "",
            Count.FAILED_PICTURES.in(counts),
            rate));
  }

  private void updateRate(long pictures, long restored) {
    long now = System.nanoTime();
    double seconds = (now - lastNanos) / 1e9;
    long before = lastPictures < 0 ? restored : lastPictures;
    // Counts come with heartbeats: the same ones again say nothing.
    if (seconds > 0 && pictures > before) {
      double current = (pictures - before) / seconds;
      double weight = rate == 0 ? 1 : Math.min(1, seconds / RATE_SECONDS);
      rate += weight * (current - rate);
      lastNanos = now;
      lastPictures = pictures;
    }
  }

  @Override
  public void close() {
    line.end();
  }
}
