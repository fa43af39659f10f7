package io.groundstream.console.deadletters;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.Origin;
import io.groundstream.avro.RecordHeader;
import io.groundstream.kosmos2.Stage;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.format.RequestsJson;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Makes the record that sends the event of a dead letter again: to the topic that it came from,
 * with the same key, timestamp, value and headers, and with headers for the number of attempts, the
 * first origin, and the one request that failed, if it is only one. Not thread-safe.
 */
public final class Replay {
  /** A dead letter cannot be replayed; the message says why. */
  public static final class NotReplayableException extends Exception {
    private static final long serialVersionUID = 1L;

    NotReplayableException(String message) {
      super(message);
    }
  }

  private final SourceRecords sources;
  private final int maxAttempts;

  /**
   * @param sources the originals that dead letters do not hold
   * @param maxAttempts an event with as many attempts is not tried again
   */
  public Replay(SourceRecords sources, int maxAttempts) {
    this.sources = sources;
    this.maxAttempts = maxAttempts;
  }

  /** Returns the record to publish. */
  public ProducerRecord<byte[], byte[]> recordOf(StoredDeadLetter stored)
      throws NotReplayableException {
    DeadLetter letter = stored.letter();
    Origin origin = letter.getOrigin();
    if (!origin.getSystem().equals(EventFacts.KAFKA)) {
      throw new NotReplayableException(
          "is of "
              + origin.getSystem()
              + " "
              + origin.getName()
              + " (expected: a dead letter of a topic; what an archive holds is tried again by a"
              + " backfill of that file under another name)");
    }
    if (letter.getAttempts() >= maxAttempts) {
      throw new NotReplayableException(
          "was tried "
              + letter.getAttempts()
              + " times (expected: fewer than --max-attempts, "
              + maxAttempts
              + ")");
    }
    ConsumerRecord<byte[], byte[]> source =
        letter.getOriginalValue() == null ? sources.find(origin) : null;
    if (source != null) {
      return record(stored, source.key(), source.value(), source.timestamp(), source.headers());
    }
    if (letter.getOriginalValue() == null && wasLeftOut(letter)) {
      throw new NotReplayableException(
          "holds no original value ("
              + size(letter)
              + "), and record "
              + origin.getPosition()
              + " of "
              + origin.getName()
              + " is not there any more (expected: one of both; dead-letter.max-bytes and the"
              + " topic's retention decide)");
    }
    Headers headers = new RecordHeaders();
    for (RecordHeader header : letter.getOriginalHeaders()) {
      headers.add(header.getName(), bytes(header.getValue()));
    }
    Instant timestamp = letter.getOriginalTimestamp();
    return record(
        stored,
        bytes(letter.getOriginalKey()),
        bytes(letter.getOriginalValue()),
        timestamp == null ? null : (Long) timestamp.toEpochMilli(),
        headers);
  }

  /** Returns whether the event had a value that the dead letter does not hold. */
  private static boolean wasLeftOut(DeadLetter letter) {
    return letter.getOriginalValueSize() != null || letter.getStage().equals(Stage.INDEX.id());
  }

  private static String size(DeadLetter letter) {
    Long size = letter.getOriginalValueSize();
    return size == null ? "as none of its stage does" : size + " bytes";
  }

  private static ProducerRecord<byte[], byte[]> record(
      StoredDeadLetter stored,
      byte @Nullable [] key,
      byte @Nullable [] value,
      @Nullable Long timestamp,
      Headers headers) {
    DeadLetter letter = stored.letter();
    Headers all = new RecordHeaders();
    String request = letter.getRequestId();
    for (Header header : headers) {
      boolean replaced =
          header.key().equals(EventFacts.ATTEMPTS_HEADER)
              || header.key().equals(EventFacts.REPLAY_OF_HEADER)
              || (request != null
                  && (header.key().equals(EventFacts.REQUEST_HEADER)
                      || header.key().equals(EventFacts.REQUEST_TEXT_HEADER)));
      if (!replaced) {
        all.add(header);
      }
    }
    all.add(EventFacts.ATTEMPTS_HEADER, utf8(Integer.toString(letter.getAttempts())));
    all.add(EventFacts.REPLAY_OF_HEADER, utf8(stored.firstOrigin()));
    if (request != null) {
      all.add(EventFacts.REQUEST_HEADER, utf8(request));
      if (letter.getRequest() != null) {
        all.add(EventFacts.REQUEST_TEXT_HEADER, RequestsJson.write(letter.getRequest()));
      }
    }
    // A record without a timestamp has a negative one.
    Long time = timestamp == null || timestamp < 0 ? null : timestamp;
    return new ProducerRecord<>(
        letter.getOrigin().getName(), null, time, key, value, List.of(all.toArray()));
  }

  private static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
