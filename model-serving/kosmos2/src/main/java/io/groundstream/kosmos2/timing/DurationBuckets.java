package io.groundstream.kosmos2.timing;

/**
 * Which durations are counted together: sixteen buckets for every doubling, and one for each of the
 * shortest. The unit is 1024 ns, about a microsecond.
 */
final class DurationBuckets {
  private static final int UNIT_BITS = 10;
  private static final int PART_BITS = 4;
  private static final int PARTS = 1 << PART_BITS;

  /** Some weeks; what is longer is counted as that. */
  private static final int MOST_BITS = 42;

  static final int COUNT = (MOST_BITS - PART_BITS + 1) * PARTS;

  private DurationBuckets() {}

  static int of(long nanos) {
    long units = Math.min(Math.max(0, nanos) >> UNIT_BITS, (1L << MOST_BITS) - 1);
    if (units < PARTS) {
      return (int) units;
    }
    int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(units) - PART_BITS;
    return (shift + 1) * PARTS + (int) (units >> shift) - PARTS;
  }

  /** Returns the middle of a bucket. */
  static double nanos(int bucket) {
    int shift = Math.max(0, bucket / PARTS - 1);
    long units = bucket < PARTS ? bucket : PARTS + bucket % PARTS;
    return (units + 0.5) * Math.scalb(1.0, shift + UNIT_BITS);
  }
}
