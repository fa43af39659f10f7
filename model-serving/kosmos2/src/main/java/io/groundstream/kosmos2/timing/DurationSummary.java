package io.groundstream.kosmos2.timing;

/** A snapshot of a {@link DurationHistogram}. Immutable; all times are in nanoseconds. */
public final class DurationSummary {
  private final long[] counts;
  private final long count;

  DurationSummary(long[] counts) {
    this.counts = counts;
    long sum = 0;
    for (long some : counts) {
      sum += some;
    }
    this.count = sum;
  }

  /** Returns the number of durations. */
  public long count() {
    return count;
  }

  /**
   * Returns the duration that the given share of durations does not exceed; NaN if there are none.
   *
   * @param share 0 for the shortest, 0.5 for the median, 1 for the longest
   */
  public double quantile(double share) {
    long rank = Math.max(1, (long) Math.ceil(share * count));
    long seen = 0;
    for (int bucket = 0; bucket < counts.length; bucket++) {
      seen += counts[bucket];
      if (seen >= rank) {
        return DurationBuckets.nanos(bucket);
      }
    }
    return Double.NaN;
  }

  /** Returns the mean; NaN if there are no durations. */
  public double mean() {
    double sum = 0;
    for (int bucket = 0; bucket < counts.length; bucket++) {
      sum += counts[bucket] * DurationBuckets.nanos(bucket);
    }
    return count == 0 ? Double.NaN : sum / count;
  }

  /** Returns the standard deviation; NaN if there are no durations. */
  public double standardDeviation() {
    double mean = mean();
    double squares = 0;
    for (int bucket = 0; bucket < counts.length; bucket++) {
      double off = DurationBuckets.nanos(bucket) - mean;
      squares += counts[bucket] == 0 ? 0 : counts[bucket] * off * off;
    }
    return count == 0 ? Double.NaN : Math.sqrt(squares / count);
  }
}
