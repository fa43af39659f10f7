package io.groundstream.operators.output;

import io.groundstream.operators.event.EventRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * Records without a value, which say that all results of an image are void. Their key is the
 * image's identifier. One in the topic of phrases stands for all phrases of the image, however many
 * there are: they share the key.
 */
public final class Tombstones {
  /**
   * The header with the time of processing in milliseconds since 1970, in decimal: results that are
   * not newer are void.
   */
  public static final String TIME_HEADER = "groundstream-processing-time";

  private static final int MOST_DIGITS = 15;

  private Tombstones() {}

  /** Returns the records that void an image's results. */
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
   * else the record's own.
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
