package io.groundstream.operators.output;

import io.groundstream.operators.event.EventRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * Creates and reads tombstones: records without a value, which void all results of an image. Their
 * key is the image's identifier. A single one in the phrases topic voids all phrases of the image,
 * because they share the key.
 */
public final class Tombstones {
  /**
   * The header with the processing time, in milliseconds since 1970 as decimal digits; it voids
   * results that are not newer.
   */
  public static final String TIME_HEADER = "groundstream-processing-time";

  private static final int MOST_DIGITS = 15;

  private Tombstones() {}

  /** Returns the tombstones that void the results of an image. */
  public static List<OutputRecord> of(byte[] key, Instant now) {
    return List.of(record(OutputTopic.PHRASES, key, now), record(OutputTopic.IMAGES, key, now));
  }

  private static OutputRecord record(OutputTopic topic, byte[] key, Instant now) {
    OutputRecord record = OutputRecord.tombstone(topic, key);
    record.setHeaderNames(new String[] {TIME_HEADER});
    record.setHeaderValues(
        new byte[][] {Long.toString(now.toEpochMilli()).getBytes(StandardCharsets.US_ASCII)});
    return record;
  }

  /**
   * Returns the time up to which results are void, in milliseconds since 1970: that of the header,
   * or else the record's own timestamp.
   */
  public static long time(EventRecord tombstone) {
    String[] names = tombstone.getHeaderNames();
    byte[][] values = tombstone.getHeaderValues();
    for (int i = 0; values != null && i < names.length && i < values.length; i++) {
      if (names[i].equals(TIME_HEADER) && values[i] != null) {
        String digits = new String(values[i], StandardCharsets.US_ASCII);
        if (digits.matches("\\d{1," + MOST_DIGITS + "}")) {
          return Long.parseLong(digits);
        }
      }
    }
    return tombstone.getTimestamp();
  }
}
