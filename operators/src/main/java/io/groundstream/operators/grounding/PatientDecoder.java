package io.groundstream.operators.grounding;

import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.kafka.RegistrySettings;
import io.groundstream.schemas.RecordErrorCode;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.WireFormat;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of a topic. Waits for a registry that is away, and for a schema that a replica of
 * the registry does not know yet.
 *
 * <p>Waiting for unknown schemas has two limits: the time since a schema was first unknown, and a
 * part of each minute for all schemas together. So a stream of invalid identifiers becomes dead
 * letters without delaying other records. Thread-safe.
 *
 * @param <T> what records are read as
 */
public final class PatientDecoder<T> {
  /** Reads a record, from its value and the header that may name its schema. */
  @FunctionalInterface
  public interface Reading<T> {
    T read(byte @Nullable [] value, byte @Nullable [] header)
        throws RecordException, RegistryUnavailableException;
  }

  private static final Duration PAUSE = Duration.ofMillis(500);

  /** All threads of a subtask together; half a minute of one of them. */
  private static final Duration WAITING_A_MINUTE = Duration.ofSeconds(30);

  private final Reading<T> reading;
  private final RegistryRetry retry;
  private final Duration unknownIdTimeout;
  private final Runnable askedAgain;
  private long minute = System.nanoTime();
  private long waitedMillis;

  /**
   * @param askedAgain called each time that an unknown schema is looked up again
   */
  public PatientDecoder(Reading<T> reading, RegistrySettings settings, Runnable askedAgain) {
    this(
        reading,
        new RegistryRetry(settings.retryTimeout()),
        settings.unknownIdTimeout(),
        askedAgain);
  }

  PatientDecoder(
      Reading<T> reading, RegistryRetry retry, Duration unknownIdTimeout, Runnable askedAgain) {
    this.reading = reading;
    this.retry = retry;
    this.unknownIdTimeout = unknownIdTimeout;
    this.askedAgain = askedAgain;
  }

  /**
   * Returns what is in a record.
   *
   * @throws RecordException if it is not what it should be
   * @throws RegistryUnavailableException if the registry gave no answer for too long
   */
  public T decode(EventRecord source)
      throws RecordException, RegistryUnavailableException, InterruptedException {
    byte[] header = EventFacts.header(source, WireFormat.VALUE_HEADER);
    RegistryRetry.Question<T, RecordException> question =
        () -> reading.read(source.getValue(), header);
    while (true) {
      try {
        return retry.ask(question);
      } catch (RecordException e) {
        if (e.errorCode() != RecordErrorCode.UNKNOWN_SCHEMA_ID
            || e.unknownFor().compareTo(unknownIdTimeout) >= 0
            || !mayWait()) {
          throw e;
        }
        askedAgain.run();
        TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
      }
    }
  }

  private synchronized boolean mayWait() {
    long now = System.nanoTime();
    if (now - minute > TimeUnit.MINUTES.toNanos(1)) {
      minute = now;
      waitedMillis = 0;
    }
    waitedMillis += PAUSE.toMillis();
    return waitedMillis <= WAITING_A_MINUTE.toMillis();
  }
}
