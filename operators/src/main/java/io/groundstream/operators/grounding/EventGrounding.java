package io.groundstream.operators.grounding;

import io.groundstream.avro.ImageEvent;
import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.Stage;
import io.groundstream.kosmos2.engine.EngineStoppedException;
import io.groundstream.operators.deadletter.Failure;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.output.EventCost;
import io.groundstream.operators.output.OutputRecord;
import io.groundstream.operators.output.Tombstones;
import io.groundstream.operators.tracing.EventTrace.Part;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;

/**
 * The way of an event: its bytes are decoded, its image is fetched and decoded, the model is asked,
 * and the answers become records. Thread-safe.
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
   * @param clock tells deadlines and processing times
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
   * Grounds an event. Goes as far as the model on the caller's thread, which may wait for the
   * registry and for a place in the model's queue; but not for a fetch, after which other threads
   * go on.
   *
   * @return completes with all records of the event, among them dead letters for whatever is wrong
   *     with it; or exceptionally if the job cannot go on, which is no fault of the event
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
      return inNextStep(event, () -> decode(event));
    } catch (Throwable e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<List<OutputRecord>> decode(InFlightEvent event)
      throws GroundingException,
          RecordException,
          RegistryUnavailableException,
          InterruptedException {
    EventRecord source = event.source();
    if (EventFacts.isTombstone(source)) {
      return CompletableFuture.completedFuture(tombstones(source));
    }
    String foundBySource = source.getFailureCode();
    if (foundBySource != null) {
      if (source.getValue() != null) {
        event.decodedAs(decodeRecord(event));
      }
      Failure failure = Failure.ofSource(foundBySource, source.getFailureMessage());
      return CompletableFuture.completedFuture(deadLetter(event, failure));
    }
    ImageEvent decoded = decodeRecord(event);
    event.decodedAs(decoded);
    EventLog.decoded(decoded);
    if (decoded.getEventId().isEmpty()) {
      throw new GroundingException(
          OperatorErrorCode.EVENT_ID_MISSING, "event_id: empty (expected: an identifier)");
    }
    event.reach(Stage.REQUEST);
    checkDeadline(decoded);
    List<AskedRequest> requests =
        AskedRequest.of(
            decoded,
            settings.defaultTasks(),
            settings.maxRequests(),
            EventFacts.requestIds(source));
    return images
        .imageOf(event, decoded)
        .thenCompose(image -> inNextStep(event, () -> ask(event, decoded, requests, image)));
  }

  private List<OutputRecord> tombstones(EventRecord source) {
    byte[] key = source.getKey();
    return switch (settings.tombstones()) {
      case SKIP -> List.of();
      // Without a key it names no image.
      case DELETE -> key == null ? List.of() : Tombstones.of(key, clock.instant());
    };
  }

  private ImageEvent decodeRecord(InFlightEvent event)
      throws RecordException, RegistryUnavailableException, InterruptedException {
    long begin = System.nanoTime();
    try {
      ImageEvent decoded = decoder.decode(event.source());
      event.trace().decoded(decoded);
      event.trace().ended(Part.DECODE_RECORD, begin, null);
      return decoded;
    } catch (RecordException e) {
      event.trace().ended(Part.DECODE_RECORD, begin, e);
      throw e;
    }
  }

  private CompletableFuture<List<OutputRecord>> ask(
      InFlightEvent event,
      ImageEvent decoded,
      List<AskedRequest> requests,
      @Nullable EventImage image)
      throws GroundingException, InterruptedException {
    event.reach(Stage.REQUEST);
    if (image == null && requests.stream().noneMatch(AskedRequest::goesWithoutImage)) {
      throw new GroundingException(
          GroundingErrorCode.IMAGE_MISSING,
          "image_bytes and image_uri: none (expected: one of them; only the task prompt goes"
              + " without a picture)");
    }
    checkDeadline(decoded);
    event.reach(Stage.INFERENCE);
    return model
        .ask(event, decoded, requests, image)
        .thenApplyAsync(
            outcomes ->
                inNextStep(event, () -> assemble(event, decoded, requests, image, outcomes)),
            completion);
  }

  private void checkDeadline(ImageEvent decoded) throws GroundingException {
    Instant deadline = decoded.getDeadline();
    Instant now = clock.instant();
    if (deadline != null && now.isAfter(deadline)) {
      throw new GroundingException(
          OperatorErrorCode.DEADLINE_EXCEEDED,
          "deadline: " + deadline + " (expected: not before " + now + ", the time of processing)");
    }
  }

  private List<OutputRecord> assemble(
      InFlightEvent event,
      ImageEvent decoded,
      List<AskedRequest> requests,
      @Nullable EventImage image,
      List<Outcome> outcomes) {
    event.reach(Stage.EMIT);
    long begin = System.nanoTime();
    List<OutputRecord> records =
        results.assemble(event.source(), decoded, image, requests, outcomes, clock.instant());
    event.trace().ended(Part.EMIT, begin, null);
    return records;
  }

  /** Runs a step on whatever thread goes on with the event. */
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
   * @throws CompletionException if its failure is about the job, and not about the event
   */
  private List<OutputRecord> deadLetter(InFlightEvent event, Throwable failure) {
    if (failure instanceof RecordException e) {
      return deadLetter(event, Failure.of(e));
    }
    if (failure instanceof GroundingException e) {
      return deadLetter(event, Failure.of(e));
    }
    if (failsTheJob(failure)) {
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

  /** Whether an error is about the process or its surroundings, and would meet every event. */
  static boolean failsTheJob(Throwable e) {
    if (e instanceof StackOverflowError) {
      // An event can cause that, and the stack is whole again.
      return false;
    }
    return e instanceof RegistryUnavailableException
        || e instanceof EngineStoppedException
        || e instanceof InterruptedException
        || e instanceof CancellationException
        || e instanceof RejectedExecutionException
        || e instanceof VirtualMachineError
        || e instanceof LinkageError;
  }
}
