package io.groundstream.operators.grounding;

import io.groundstream.avro.ImageEvent;
import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.Stage;
import io.groundstream.operators.deadletter.Failure;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.format.EventDecoder;
import io.groundstream.operators.output.EventCost;
import io.groundstream.operators.output.OutputRecord;
import io.groundstream.operators.output.Tombstones;
import io.groundstream.operators.tracing.EventTrace.Part;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;

/**
 * Grounds events: decodes the record, gets the image, sends the requests to the model, and makes
 * records of the answers. Thread-safe.
 */
final class EventGrounding {
  private final EventDecoder decoder;
  private final ImageSource images;
  private final ModelRequests model;
  private final ResultAssembler results;
  private final GroundingSettings settings;
  private final Executor completion;
  private final Clock clock;

  /**
   * @param completion turns answers into records
   * @param clock gives the time for deadlines and in records
   */
  EventGrounding(
      EventDecoder decoder,
      ImageSource images,
      ModelRequests model,
      ResultAssembler results,
      GroundingSettings settings,
      Executor completion,
      Clock clock) {
    this.decoder = decoder;
    this.images = images;
    this.model = model;
    this.results = results;
    this.settings = settings;
    this.completion = completion;
    this.clock = clock;
  }

  /**
   * Grounds an event. Runs up to the model's queue on the caller's thread, which may wait for the
   * registry and for a place in that queue; after a fetch, other threads go on.
   *
   * @return completes with all records of the event, with dead letters for everything that is wrong
   *     with it; or exceptionally if the job cannot go on, which is not the event's fault
   */
  CompletableFuture<List<OutputRecord>> ground(InFlightEvent event) {
    return begin(event)
        .exceptionally(
            failure -> deadLetter(event, ExceptionUtils.stripCompletionException(failure)))
        .whenComplete(
            (records, failure) -> {
              if (failure == null) {
                complete(event, records);
              } else {
                event.trace().abandoned(ExceptionUtils.stripCompletionException(failure));
                event.cancel();
              }
            });
  }

  private CompletableFuture<List<OutputRecord>> begin(InFlightEvent event) {
    try {
      return inNextStep(event, () -> steps(event));
    } catch (Throwable e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** The steps in their order: record, image, requests, records. */
  private CompletableFuture<List<OutputRecord>> steps(InFlightEvent event)
      throws GroundingException,
          RecordException,
          RegistryUnavailableException,
          InterruptedException {
    EventRecord source = event.source();
    if (isTombstone(source)) {
      return CompletableFuture.completedFuture(tombstones(source));
    }
    if (source.getFailureCode() != null) {
      return CompletableFuture.completedFuture(failedInSource(event, source.getFailureCode()));
    }
    ImageEvent decoded = decode(event);
    if (decoded == null) {
      // Valid, and nothing is asked, as with a tombstone that is skipped.
      return CompletableFuture.completedFuture(List.of());
    }
    List<AskedRequest> requests = requests(event, decoded);
    return images
        .imagesOf(event, decoded, requests)
        .thenCompose(
            found ->
                inNextStep(event, () -> ask(event, decoded, requests, found))
                    .thenApplyAsync(
                        outcomes ->
                            inNextStep(
                                event, () -> assemble(event, decoded, requests, found, outcomes)),
                        completion));
  }

  /** Returns whether a record is a tombstone in the format of its topic. */
  boolean isTombstone(EventRecord source) {
    return decoder.isTombstone(source);
  }

  private List<OutputRecord> tombstones(EventRecord source) {
    byte[] key = source.getKey();
    return switch (settings.tombstones()) {
      case SKIP -> List.of();
      // Without a key it names no image.
      case DELETE -> key == null ? List.of() : Tombstones.of(key, clock.instant());
    };
  }

  /** Returns the dead letter of an event that its source could not read. */
  private List<OutputRecord> failedInSource(InFlightEvent event, String code)
      throws GroundingException,
          RecordException,
          RegistryUnavailableException,
          InterruptedException {
    EventRecord source = event.source();
    ImageEvent decoded = source.getValue() == null ? null : decodeRecord(event);
    if (decoded != null) {
      event.decodedAs(decoded);
    }
    return deadLetter(event, Failure.ofSource(code, source.getFailureMessage()));
  }

  /** Returns the event in the record; null if the record asks for nothing. */
  private @Nullable ImageEvent decode(InFlightEvent event)
      throws GroundingException,
          RecordException,
          RegistryUnavailableException,
          InterruptedException {
    ImageEvent decoded = decodeRecord(event);
    if (decoded == null) {
      return null;
    }
    event.decodedAs(decoded);
    EventLog.decoded(decoded);
    if (decoded.getEventId().isEmpty()) {
      throw withoutId();
    }
    return decoded;
  }

  private @Nullable ImageEvent decodeRecord(InFlightEvent event)
      throws GroundingException,
          RecordException,
          RegistryUnavailableException,
          InterruptedException {
    long begin = System.nanoTime();
    try {
      ImageEvent decoded = decoder.decode(event.source());
      if (decoded != null) {
        event.trace().decoded(decoded);
      }
      event.trace().ended(Part.DECODE_RECORD, begin, null);
      return decoded;
    } catch (RecordException | GroundingException e) {
      event.trace().ended(Part.DECODE_RECORD, begin, e);
      throw e;
    }
  }

  static GroundingException withoutId() {
    return new GroundingException(
        OperatorErrorCode.EVENT_ID_MISSING, "event_id: empty (expected: an identifier)");
  }

  static GroundingException withoutImage(EventDecoder decoder, EventRecord record) {
    return new GroundingException(
        GroundingErrorCode.IMAGE_MISSING,
        decoder.imageFields(record)
            + ": none (expected: one of them; only the tasks prompt and score go without an"
            + " image)");
  }

  private List<AskedRequest> requests(InFlightEvent event, ImageEvent decoded)
      throws GroundingException {
    event.reach(Stage.REQUEST);
    checkDeadline(decoded);
    ImageSource.checkCounts(decoded);
    return AskedRequest.of(
        decoded,
        event.source(),
        settings.requests().of(event.source().getTopic()),
        settings.maxRequests(),
        EventFacts.requestIds(event.source()));
  }

  private void checkDeadline(ImageEvent decoded) throws GroundingException {
    checkDeadline(decoded, clock.instant());
  }

  static void checkDeadline(ImageEvent decoded, Instant now) throws GroundingException {
    Instant deadline = decoded.getDeadline();
    if (deadline != null && now.isAfter(deadline)) {
      throw new GroundingException(
          OperatorErrorCode.DEADLINE_EXCEEDED,
          "deadline: " + deadline + " (expected: not before " + now + ", the time of processing)");
    }
  }

  private CompletableFuture<List<Outcome>> ask(
      InFlightEvent event, ImageEvent decoded, List<AskedRequest> requests, EventImages found)
      throws GroundingException, InterruptedException {
    event.reach(Stage.REQUEST);
    if (found.own() == null && requests.stream().noneMatch(AskedRequest::goesWithoutImage)) {
      throw withoutImage(decoder, event.source());
    }
    checkDeadline(decoded);
    event.reach(Stage.INFERENCE);
    return model.ask(event, decoded, requests, found);
  }

  private List<OutputRecord> assemble(
      InFlightEvent event,
      ImageEvent decoded,
      List<AskedRequest> requests,
      EventImages found,
      List<Outcome> outcomes) {
    event.reach(Stage.EMIT);
    long begin = System.nanoTime();
    List<OutputRecord> records =
        results.assemble(event.source(), decoded, found, requests, outcomes, clock.instant());
    event.trace().ended(Part.EMIT, begin, null);
    return records;
  }

  /** Runs a step on the thread that goes on with the event. */
  private static <T> T inNextStep(InFlightEvent event, InFlightEvent.Step<T> step) {
    try {
      return event.logged(step);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  /**
   * Returns the dead letter of an event that failed as a whole.
   *
   * @throws CompletionException if the failure is not about the event but about the job
   */
  private List<OutputRecord> deadLetter(InFlightEvent event, Throwable failure) {
    if (failure instanceof RecordException e) {
      return deadLetter(event, Failure.of(e));
    }
    if (failure instanceof GroundingException e) {
      return deadLetter(event, Failure.of(e));
    }
    if (JobFailures.failsTheJob(failure)) {
      throw new CompletionException(failure);
    }
    EventLog.unexpected(event.source(), event.decoded(), event.stage(), failure);
    return deadLetter(event, Failure.unexpected(event.stage(), failure));
  }

  private List<OutputRecord> deadLetter(InFlightEvent event, Failure failure) {
    event.trace().failed(failure);
    return List.of(results.failed(event.source(), event.decoded(), failure, clock.instant()));
  }

  private void complete(InFlightEvent event, List<OutputRecord> records) {
    EventLog.begin(event.source(), event.decoded());
    try {
      if (!records.isEmpty()) {
        EventRecord source = event.source();
        records
            .get(records.size() - 1)
            .setCost(
                new EventCost(
                    event.modelCalls(),
                    model.takeDeviceNanos(),
                    source.getSourceBytes(),
                    source.getNotes()));
      }
      EventLog.completed(records);
      event.trace().completed(records);
    } finally {
      EventLog.end();
    }
  }
}
