package io.groundstream.kosmos2.timing;

/**
 * The buckets of durations: sixteen for every doubling, and one per unit for the shortest. The unit
 * is 1024 ns, about a microsecond.
 */
final class DurationBuckets {
  private static final int UNIT_BITS = 10;
  private static final int PART_BITS = 4;
  private static final int PARTS = 1 << PART_BITS;

  /** About seven weeks; longer durations count as that. */
  private static final int MAX_BITS = 42;

  static final int COUNT = (MAX_BITS - PART_BITS + 1) * PARTS;

  private DurationBuckets() {}

  static int of(long nanos) {
    long units = Math.min(Math.max(0, nanos) >> UNIT_BITS, (1L << MAX_BITS) - 1);
    if (units < PARTS) {
      return (int) units;
    }
    int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(units) - PART_BITS;
    return (shift + 1) * PARTS + (int) (units >> shift) - PARTS;
  }

  /** Returns the middle of a bucket, in nanoseconds. */
  static double nanos(int bucket) {
    int shift = Math.max(0, bucket / PARTS - 1);
    long units = bucket < PARTS ? bucket : PARTS + bucket % PARTS;
    return (units + 0.5) * Math.scalb(1.0, shift + UNIT_BITS);
  }
}
