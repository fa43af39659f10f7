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

/** Derives the facts about an event that its results state: origin, times, attempts. */
public final class EventFacts {
  /** The header of a replayed event with the number of earlier attempts, in decimal. */
  public static final String ATTEMPTS_HEADER = "groundstream-attempts";

  /**
   * The header of a replayed event with the identifier of a request to repeat; it may occur several
   * times. Without it, all requests are repeated.
   */
  public static final String REQUEST_HEADER = "groundstream-request";

  /**
   * The header of a replayed event with the request to repeat, in JSON, for events whose requests
   * are not their own: the configuration may have changed since.
   */
  public static final String REQUEST_TEXT_HEADER = "groundstream-request-text";

  /** The header of a replayed event with its first position, as {@code TOPIC:PARTITION:OFFSET}. */
  public static final String REPLAY_OF_HEADER = "groundstream-replay-of";

  /** The {@linkplain EventRecord#getOriginSystem system} of events from archives. */
  public static final String ARCHIVE = "archive";

  /** The system of events from Kafka topics. */
  public static final String KAFKA = "kafka";

  private static final int MAX_ATTEMPTS_DIGITS = 6;

  private EventFacts() {}

  /**
   * Returns whether the event is a record of a topic without a value. For topics of events, {@link
   * io.groundstream.operators.format.EventDecoder#isTombstone} decides, since some formats have
   * events without a value.
   */
  public static boolean isTombstone(EventRecord source) {
    return source.getValue() == null && source.getOriginSystem() == null;
  }

  /** Returns the origin of the event. */
  public static Origin origin(EventRecord source) {
    String system = source.getOriginSystem();
    String name = source.getOriginName();
    String position = source.getOriginPosition();
    return new Origin(
        system == null ? KAFKA : system,
        name == null ? source.getTopic() : name,
        position == null ? source.getPartition() + ":" + source.getOffset() : position);
  }

  /**
   * Returns the time of the event: its own, or else its record's timestamp; null if both are
   * absent.
   */
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

  /** Returns the number of attempts, including this one; at least 1. */
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

  /** Returns the identifiers of the requests to repeat; empty if that is all of them. */
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

  /** Returns the record's headers in the form of dead letters. */
  public static List<RecordHeader> headers(EventRecord source) {
    List<RecordHeader> headers = new ArrayList<>();
    String[] names = source.getHeaderNames();
    for (int i = 0; i < names.length; i++) {
      byte[] value = headerValue(source, i);
      headers.add(new RecordHeader(names[i], value == null ? null : ByteBuffer.wrap(value)));
    }
    return headers;
  }

  /**
   * Returns the value of the last header of a name, which takes precedence; null if there is none.
   */
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
