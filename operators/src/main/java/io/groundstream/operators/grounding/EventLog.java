package io.groundstream.operators.grounding;

import io.groundstream.avro.ImageEvent;
import io.groundstream.kosmos2.Stage;
import io.groundstream.operators.deadletter.DeadLetters;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.output.OutputRecord;
import io.groundstream.operators.output.OutputTopic;
import io.groundstream.schemas.text.Texts;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * What the log says about events. While a thread works on an event, all its log lines carry {@code
 * event_id}, {@code image_id} and {@code origin} in their context. Nothing else of an event is
 * logged: no URI, which may hold a password or a signature, and no message of an exception, which
 * may quote it. These are in the dead letter, whose readers may see the event as well.
 */
final class EventLog {
  private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);
  private static final String EVENT_ID = "event_id";
  private static final String IMAGE_ID = "image_id";
  private static final String ORIGIN = "origin";
  private static final int MOST_FRAMES = 20;

  /** Identifiers are the event's, and may be anything. */
  private static final int MOST_CHARACTERS = 200;

  private EventLog() {}

  /** Begins the work of this thread on an event, which may not be decoded yet. */
  static void begin(EventRecord source, @Nullable ImageEvent event) {
    MDC.put(
        ORIGIN,
        source.getOriginSystem() == null
            ? source.getTopic() + "-" + source.getPartition() + "@" + source.getOffset()
            : cut(source.getOriginName() + "@" + source.getOriginPosition()));
    if (event != null) {
      decoded(event);
    }
  }

  /** Names the decoded event that this thread works on. */
  static void decoded(ImageEvent event) {
    MDC.put(EVENT_ID, cut(event.getEventId()));
    String imageId = event.getImageId();
    MDC.put(IMAGE_ID, cut(imageId == null ? event.getEventId() : imageId));
  }

  /** Ends the work of this thread on an event. */
  static void end() {
    MDC.remove(ORIGIN);
    MDC.remove(EVENT_ID);
    MDC.remove(IMAGE_ID);
  }

  /** Logs an unforeseen failure of an event, on any thread. */
  static void unexpected(EventRecord source, @Nullable ImageEvent event, Stage stage, Throwable e) {
    Map<String, String> before = MDC.getCopyOfContextMap();
    begin(source, event);
    LOG.warn(
        "Unexpected failure: stage={} exception={} at {}",
        stage.id(),
        e.getClass().getName(),
        Arrays.stream(e.getStackTrace())
            .limit(MOST_FRAMES)
            .map(StackTraceElement::toString)
            .collect(Collectors.joining(" at ")));
    MDC.setContextMap(before == null ? Map.of() : before);
  }

  /** Logs the dead letters among the results of an event. */
  static void completed(List<OutputRecord> records) {
    if (LOG.isDebugEnabled()) {
      for (OutputRecord record : records) {
        if (record.getTopic() == OutputTopic.DEAD_LETTERS) {
          LOG.debug("Dead letter: code={}", DeadLetters.code(record));
        }
      }
    }
  }

  private static String cut(String text) {
    return Texts.shortened(text, MOST_CHARACTERS);
  }
}
