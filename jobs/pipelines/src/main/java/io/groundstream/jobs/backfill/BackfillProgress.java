package io.groundstream.jobs.backfill;

import io.groundstream.jobs.terminal.ProgressLine;
import io.groundstream.operators.tally.Count;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;

/**
 * Shows the progress of a backfill: done, failed, rate and remaining time, by images if their
 * number is known, otherwise by the archive's bytes. For one thread.
 */
final class BackfillProgress implements AutoCloseable {
  /** The time constant of the averaged rate. */
  private static final double RATE_SECONDS = 10;

  private final ProgressLine line;
  private final ArchiveListing listing;
  private long lastNanos = System.nanoTime();
  private long lastImages = -1;
  private double rate;

  BackfillProgress(PrintWriter err, ArchiveListing listing) {
    this.line = new ProgressLine(err, "Grounding");
    this.listing = listing;
  }

  void update(Map<String, Object> counts) {
    long images = Count.PICTURES.in(counts);
    updateRate(images, Count.RESTORED_PICTURES.in(counts));
    boolean byImages = listing.imagesAreKnown();
    long total = byImages ? listing.files() : listing.bytes();
    Count unit = byImages ? Count.PICTURES : Count.SOURCE_BYTES;
    Count restored = byImages ? Count.RESTORED_PICTURES : Count.RESTORED_SOURCE_BYTES;
    line.startAt(restored.in(counts));
    line.update(
        Math.min(total, unit.in(counts)),
        total,
        String.format(
            Locale.ROOT,
            "%,d%s images, %,d failed, %.1f/s",
            images,
            byImages ? String.format(Locale.ROOT, " of %,d", total) : "",
            Count.FAILED_PICTURES.in(counts),
            rate));
  }

  private void updateRate(long images, long restored) {
    long now = System.nanoTime();
    double seconds = (now - lastNanos) / 1e9;
    long before = lastImages < 0 ? restored : lastImages;
    // Counts arrive with heartbeats, so unchanged counts are not a rate of zero.
    if (seconds > 0 && images > before) {
      double current = (images - before) / seconds;
      double weight = rate == 0 ? 1 : Math.min(1, seconds / RATE_SECONDS);
      rate += weight * (current - rate);
      lastNanos = now;
      lastImages = images;
    }
  }

  @Override
  public void close() {
    line.end();
  }
}
