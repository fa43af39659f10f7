package io.groundstream.operators.event;

import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.Origin;
import io.groundstream.avro.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What every result says about the event that it comes from. */
public final class EventFacts {
  /** The header in which a replayed event says how often it was tried before, in decimal. */
  public static final String ATTEMPTS_HEADER = "groundstream-attempts";

  /**
   * The header in which a replayed event names a request, by its identifier, that alone is asked
   * again; it may repeat. Without it everything is asked.
   */
  public static final String REQUEST_HEADER = "groundstream-request";

  /**
   * The header in which a replayed event says where it first was, as {@code
   * TOPIC:PARTITION:OFFSET}.
   */
  public static final String REPLAY_OF_HEADER = "groundstream-replay-of";

  /** The {@linkplain EventRecord#getOriginSystem system} of events from archives. */
  public static final String ARCHIVE = "archive";

  /** The system of events from Kafka's topics. */
  public static final String KAFKA = "kafka";

  private static final int MAX_ATTEMPTS_DIGITS = 6;

  private EventFacts() {}

  /** Returns whether this is a record of a topic without a value. */
  public static boolean isTombstone(EventRecord source) {
    return source.getValue() == null && source.getOriginSystem() == null;
  }

  /** Returns where the event came from. */
  public static Origin origin(EventRecord source) {
    String system = source.getOriginSystem();
    String name = source.getOriginName();
    String position = source.getOriginPosition();
    return new Origin(
        system == null ? KAFKA : system,
        name == null ? source.getTopic() : name,
        position == null ? source.getPartition() + ":" + source.getOffset() : position);
  }

  /** Returns when the event happened: its own time, else its record's; null if neither has one. */
  public static @Nullable Instant eventTime(EventRecord source, @Nullable ImageEvent event) {
    if (event != null && event.getEventTime() != null) {
      return event.getEventTime();
    }
    return recordTime(source);
  }

  /** Returns the record's timestamp, or null if it has none. */
  public static @Nullable Instant recordTime(EventRecord source) {
    return source.getTimestamp() < 0 ? null : Instant.ofEpochMilli(source.getTimestamp());
  }

  /** Returns the image's identifier. */
  public static String imageId(ImageEvent event) {
    return event.getImageId() == null ? event.getEventId() : event.getImageId();
  }

  /** Returns how often the event was tried, this time included; at least 1. */
  public static int attempts(EventRecord source) {
    String[] names = source.getHeaderNames();
    for (int i = names.length - 1; i >= 0; i--) {
      byte[] value = headerValue(source, i);
      if (names[i].equals(ATTEMPTS_HEADER) && value != null) {
        String digits = new String(value, StandardCharsets.US_ASCII);
        return digits.matches("\\d{1," + MAX_ATTEMPTS_DIGITS + "}")
            ? Integer.parseInt(digits) + 1
            : 1;
      }
    }
    return 1;
  }

  /** Returns the identifiers of the requests that alone are asked; none where all of them are. */
  public static Set<String> requestIds(EventRecord source) {
    Set<String> ids = new LinkedHashSet<>();
    String[] names = source.getHeaderNames();
    for (int i = 0; i < names.length; i++) {
      byte[] value = headerValue(source, i);
      if (names[i].equals(REQUEST_HEADER) && value != null) {
        ids.add(new String(value, StandardCharsets.UTF_8));
      }
    }
    return ids;
  }

  /** Returns the record's headers as dead letters hold them. */
  public static List<RecordHeader> headers(EventRecord source) {
    List<RecordHeader> headers = new ArrayList<>();
    String[] names = source.getHeaderNames();
    for (int i = 0; i < names.length; i++) {
      byte[] value = headerValue(source, i);
      headers.add(new RecordHeader(names[i], value == null ? null : ByteBuffer.wrap(value)));
    }
    return headers;
  }

  /** Returns the value of the last header of a name, as it counts; null if there is none. */
  public static byte @Nullable [] header(EventRecord source, String name) {
    String[] names = source.getHeaderNames();
    for (int i = names.length - 1; i >= 0; i--) {
      if (names[i].equals(name)) {
        return headerValue(source, i);
      }
    }
    return null;
  }

  private static byte @Nullable [] headerValue(EventRecord source, int index) {
    byte[] @Nullable [] values = source.getHeaderValues();
    return index >= values.length ? null : values[index];
  }
}
