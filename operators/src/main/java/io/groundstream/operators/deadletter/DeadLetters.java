package io.groundstream.operators.deadletter;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.output.ModelIdentity;
import io.groundstream.operators.output.OutputRecord;
import io.groundstream.operators.output.OutputTopic;
import io.groundstream.schemas.RecordEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Creates dead letters that always fit into a record: dispensable fields are left out as needed,
 * the original value first. Thread-safe.
 */
public final class DeadLetters {
  /** The header that repeats the stage, so that a consumer can choose without decoding. */
  public static final String STAGE_HEADER = "groundstream-stage";

  /** The header that repeats the code. */
  public static final String CODE_HEADER = "groundstream-code";

  /** The fields to leave out, in this order, until the dead letter fits. */
  private static final List<Consumer<DeadLetter>> CUTS =
      List.of(
          letter -> letter.setOriginalValue(null),
          letter -> letter.setOriginalHeaders(List.of()),
          letter -> letter.setAttributes(Map.of()),
          letter -> letter.setRequest(null),
          letter -> letter.setOriginalKey(null),
          letter -> {
            letter.setEventId(null);
            letter.setImageId(null);
            letter.setRequestId(null);
          });

  private final RecordEncoder<DeadLetter> encoder;
  private final ModelIdentity model;
  private final int maxOriginalBytes;
  private final int maxRecordBytes;
  private final int maxAttempts;

  /**
   * @param maxOriginalBytes the maximum size of an original value to include, in bytes
   * @param maxRecordBytes the maximum size of a dead letter, in bytes; at least some kilobytes
   * @param maxAttempts the maximum number of attempts; after that many, dead letters are not
   *     retryable
   */
  public DeadLetters(
      RecordEncoder<DeadLetter> encoder,
      ModelIdentity model,
      int maxOriginalBytes,
      int maxRecordBytes,
      int maxAttempts) {
    this.encoder = encoder;
    this.model = model;
    this.maxOriginalBytes = maxOriginalBytes;
    this.maxRecordBytes = maxRecordBytes;
    this.maxAttempts = maxAttempts;
  }

  /**
   * Returns the dead letter of an event that failed as a whole.
   *
   * @param event the event; null if its bytes could not be decoded
   */
  public OutputRecord ofEvent(
      EventRecord source, @Nullable ImageEvent event, Failure failure, Instant now) {
    return fitting(source, letter(source, event, failure, now));
  }

  /** Returns the dead letter of one failed request of an event. */
  public OutputRecord ofRequest(
      EventRecord source,
      ImageEvent event,
      String requestId,
      ImageRequest request,
      Failure failure,
      Instant now) {
    DeadLetter letter = letter(source, event, failure, now);
    letter.setRequestId(requestId);
    letter.setRequest(request);
    return fitting(source, letter);
  }

  /** Returns the code of a dead letter. */
  public static String code(OutputRecord deadLetter) {
    String[] names = deadLetter.getHeaderNames();
    for (int i = 0; i < names.length; i++) {
      if (names[i].equals(CODE_HEADER)) {
        return new String(deadLetter.getHeaderValues()[i], StandardCharsets.UTF_8);
      }
    }
    return "unknown";
  }

  private DeadLetter letter(
      EventRecord source, @Nullable ImageEvent event, Failure failure, Instant now) {
    byte[] key = source.getKey();
    byte[] value = source.getValue();
    DeadLetter letter = new DeadLetter();
    letter.setStage(failure.stage().id());
    letter.setCode(failure.code());
    letter.setMessage(failure.message());
    letter.setCause(failure.cause());
    int attempts = EventFacts.attempts(source);
    letter.setRetryable(failure.retryable() && attempts < maxAttempts);
    letter.setAttempts(attempts);
    letter.setOriginalKey(key == null ? null : ByteBuffer.wrap(key));
    letter.setOriginalHeaders(EventFacts.headers(source));
    // This encoding has no meaning outside the job; there was no original record.
    if (value != null && source.getEncoding() == null) {
      letter.setOriginalValueSize((long) value.length);
      if (value.length <= maxOriginalBytes) {
        letter.setOriginalValue(ByteBuffer.wrap(value));
      }
    }
    letter.setOriginalTimestamp(EventFacts.recordTime(source));
    letter.setModelName(model.name());
    letter.setModelRevision(model.revision());
    letter.setModelDtype(model.dtype());
    letter.setEventTime(EventFacts.eventTime(source, event));
    letter.setProcessingTime(now);
    letter.setOrigin(EventFacts.origin(source));
    letter.setAttributes(Map.of());
    if (event != null) {
      letter.setEventId(event.getEventId());
      letter.setImageId(EventFacts.imageId(event));
      letter.setAttributes(event.getAttributes());
    }
    return letter;
  }

  private OutputRecord fitting(EventRecord source, DeadLetter letter) {
    OutputRecord record = record(source, letter);
    for (Consumer<DeadLetter> cut : CUTS) {
      if (record.sizeInBytes() <= maxRecordBytes) {
        return record;
      }
      cut.accept(letter);
      record = record(source, letter);
    }
    return record;
  }

  private OutputRecord record(EventRecord source, DeadLetter letter) {
    // If the key had to be left out of the value, it does not fit as the record's key either.
    byte[] key = letter.getOriginalKey() == null ? null : source.getKey();
    return record(key, encoder, letter);
  }

  /** Returns the record of a dead letter, with the headers that repeat its stage and code. */
  public static OutputRecord record(
      byte @Nullable [] key, RecordEncoder<DeadLetter> encoder, DeadLetter letter) {
    OutputRecord record = OutputRecord.of(OutputTopic.DEAD_LETTERS, key, encoder, letter);
    record.addHeader(STAGE_HEADER, letter.getStage().getBytes(StandardCharsets.UTF_8));
    record.addHeader(CODE_HEADER, letter.getCode().getBytes(StandardCharsets.UTF_8));
    return record;
  }
}
