package io.groundstream.operators.grounding;

import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.Stage;
import io.groundstream.kosmos2.engine.EngineStoppedException;
import io.groundstream.kosmos2.text.Task;
import io.groundstream.operators.deadletter.Failure;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.fetch.FetchedImage;
import io.groundstream.operators.grounding.Outcome.Answered;
import io.groundstream.operators.grounding.Outcome.Failed;
import io.groundstream.operators.output.EventCost;
import io.groundstream.operators.output.OutputRecord;
import io.groundstream.operators.output.Tombstones;
import io.groundstream.operators.tracing.EventTrace;
import io.groundstream.operators.tracing.EventTrace.Part;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The way of one event, from its bytes to all of its records.
 *
 * <p>{@link #run} goes as far as the model, on its caller's thread, and may wait: for the registry,
 * room in the model's queue; where the picture has to be fetched, it ends before, and goes on by
 * itself when the picture is there. The rest happens when the model has answered all requests. The
 * completion is told exactly once: all records together; or an error that is no fault of the event
 * and must fail the job. Whatever else goes wrong becomes dead letters.
 */
final class EventGrounding implements Runnable {
  /** Is told what became of an event, once. */
  interface Completion {
    /** These are all the records of the event. */
    void complete(List<OutputRecord> records);

    /** The job cannot go on; this is no fault of the event. */
    void fail(Throwable cause);
  }

  private final EventRecord source;
  private final Grounder grounder;
  private final Completion completion;
  private final EventTrace trace;
  private final AtomicBoolean completed = new AtomicBoolean();
  private final ConcurrentLinkedQueue<CompletableFuture<?>> waiting = new ConcurrentLinkedQueue<>();

  /** Where the event is; for errors that nobody foresaw. Written by one thread at a time. */
  private volatile Stage stage = Stage.DECODE_RECORD;

  private volatile @Nullable ImageEvent event;
  private volatile int modelCalls;
  private volatile @Nullable CompletableFuture<FetchedImage> fetching;

  /** Fetched and not decoded yet. */
  private volatile @Nullable FetchedImage fetched;

  /** Whether this event fetches its picture, rather than another that has the same. */
  private volatile boolean loads;

  /** Whether it decodes its picture, rather than another that has the same. */
  private volatile boolean decodes;

  private volatile boolean cancelled;

  EventGrounding(EventRecord source, Grounder grounder, Completion completion) {
    this.source = source;
    this.grounder = grounder;
    this.completion = completion;
    this.trace = grounder.tracing().begin(source);
  }

  @Override
  public void run() {
    attempt(this::ground);
  }

  /** A part of the way. */
  private interface Step {
    void run()
        throws RecordException,
            GroundingException,
            RegistryUnavailableException,
            InterruptedException;
  }

  private void attempt(Step step) {
    EventLog.begin(source, event);
    try {
      step.run();
    } catch (RecordException e) {
      failEvent(Failure.of(e));
    } catch (GroundingException e) {
      failEvent(Failure.of(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failJob(e);
    } catch (Throwable e) {
      failUnexpectedly(e);
    } finally {
      EventLog.end();
    }
  }

  /** Gives up what is waiting for the model; nobody wants the results any more. */
  void cancel() {
    cancelled = true;
    trace.cancelled();
    waiting.forEach(answer -> answer.cancel(true));
    CompletableFuture<FetchedImage> transfer = fetching;
    if (transfer != null) {
      transfer.cancel(true);
    }
    FetchedImage image = fetched;
    if (image != null) {
      image.close();
    }
  }

  private void ground()
      throws RecordException,
          GroundingException,
          RegistryUnavailableException,
          InterruptedException {
    if (EventFacts.isTombstone(source)) {
      complete(tombstones());
      return;
    }
    String foundBySource = source.getFailureCode();
    if (foundBySource != null) {
      if (source.getValue() != null) {
        event = decodeRecord();
      }
      failEvent(Failure.ofSource(foundBySource, source.getFailureMessage()));
      return;
    }
    ImageEvent decoded = decodeRecord();
    event = decoded;
    EventLog.decoded(decoded);
    if (decoded.getEventId().isEmpty()) {
      throw new GroundingException(
          OperatorErrorCode.EVENT_ID_MISSING, "event_id: empty (expected: an identifier)");
    }
    stage = Stage.REQUEST;
    checkDeadline(decoded);
    List<AskedRequest> requests =
        AskedRequest.of(
            decoded,
            grounder.settings().defaultTasks(),
            grounder.settings().maxRequests(),
            EventFacts.requestIds(source));
    byte[] bytes = bytes(decoded);
    String uri = decoded.getImageUri();
    if (bytes != null) {
      ask(decoded, requests, prepared(decoded, bytes));
    } else if (uri != null) {
      fetch(decoded, requests, uri);
    } else if (requests.stream().anyMatch(AskedRequest::goesWithoutPicture)) {
      ask(decoded, requests, null);
    } else {
      throw new GroundingException(
          GroundingErrorCode.IMAGE_MISSING,
          "image_bytes and image_uri: none (expected: one of them; only the task prompt goes"
              + " without a picture)");
    }
  }

  private List<OutputRecord> tombstones() {
    byte[] key = source.getKey();
    return switch (grounder.settings().tombstones()) {
      case SKIP -> List.of();
      // Without a key it speaks of no image.
      case DELETE -> key == null ? List.of() : Tombstones.of(key, grounder.clock().instant());
    };
  }

  private ImageEvent decodeRecord()
      throws RecordException, RegistryUnavailableException, InterruptedException {
    long begin = System.nanoTime();
    try {
      ImageEvent decoded = grounder.decoder().decode(source);
      trace.decoded(decoded);
      trace.ended(Part.DECODE_RECORD, begin, null);
      return decoded;
    } catch (RecordException e) {
      trace.ended(Part.DECODE_RECORD, begin, e);
      throw e;
    }
  }

  /** Fetches the picture, which may take its time without keeping a thread, and goes on then. */
  private void fetch(ImageEvent decoded, List<AskedRequest> requests, String uri) {
    stage = Stage.FETCH;
    long begin = System.nanoTime();
    CompletableFuture<Picture> picture = grounder.pictures().atUri(uri, () -> load(decoded, uri));
    Executor next = picture.isDone() ? Runnable::run : grounder.preparation();
    CompletableFuture<Void> unused =
        picture
            .handleAsync(
                (found, failure) -> {
                  if (!loads) {
                    trace.ended(Part.REUSE_IMAGE, begin, failure);
                  }
                  attempt(() -> ask(decoded, requests, found(found, failure)));
                  return null;
                },
                next)
            .handle(
                (nothing, failure) -> {
                  if (failure != null) {
                    // Nobody ran the above; the event would wait for ever.
                    failJob(unwrapped(failure));
                  }
                  return null;
                });
  }

  private CompletableFuture<Picture> load(ImageEvent decoded, String uri) {
    loads = true;
    long begin = System.nanoTime();
    CompletableFuture<FetchedImage> transfer = grounder.fetcher().fetch(uri, decoded.getDeadline());
    // In front of what comes next, which must not seem to begin before this ended.
    CompletableFuture<FetchedImage> told =
        transfer.whenComplete(
            (image, failure) -> {
              grounder.metrics().fetched(System.nanoTime() - begin);
              trace.fetched(uri, begin, failure);
            });
    fetching = transfer;
    if (cancelled) {
      transfer.cancel(true);
    }
    Executor next = transfer.isDone() ? Runnable::run : grounder.preparation();
    return told.thenApply(
            image -> {
              // Wherever it waits for a thread, it must not be forgotten.
              fetched = image;
              fetching = null;
              if (cancelled) {
                image.close();
              }
              return image;
            })
        .thenApplyAsync(
            image -> {
              try (image) {
                return prepared(decoded, image.bytes());
              } catch (GroundingException e) {
                throw new CompletionException(e);
              } finally {
                fetched = null;
              }
            },
            next);
  }

  private static Picture found(@Nullable Picture picture, @Nullable Throwable failure)
      throws GroundingException {
    if (picture != null) {
      return picture;
    }
    Throwable reason =
        failure == null ? new IllegalStateException("no picture") : unwrapped(failure);
    if (reason instanceof GroundingException e) {
      throw e;
    }
    throw new CompletionException(reason);
  }

  private void ask(ImageEvent decoded, List<AskedRequest> requests, @Nullable Picture picture)
      throws GroundingException, InterruptedException {
    stage = Stage.REQUEST;
    checkDeadline(decoded);
    stage = Stage.INFERENCE;
    List<CompletableFuture<Outcome>> outcomes = submit(decoded, requests, picture);
    CompletableFuture<Void> all =
        CompletableFuture.allOf(outcomes.toArray(new CompletableFuture<?>[0]));
    CompletableFuture<Void> unused =
        all.whenCompleteAsync(
                (nothing, failure) -> {
                  if (failure == null) {
                    emit(decoded, picture, requests, outcomes);
                  } else {
                    failUnexpectedly(unwrapped(failure));
                  }
                },
                grounder.completion())
            .exceptionally(
                failure -> {
                  // Nobody ran the above; the event would wait for ever.
                  failJob(unwrapped(failure));
                  return null;
                });
  }

  private void checkDeadline(ImageEvent decoded) throws GroundingException {
    Instant deadline = decoded.getDeadline();
    Instant now = grounder.clock().instant();
    if (deadline != null && now.isAfter(deadline)) {
      throw new GroundingException(
          OperatorErrorCode.DEADLINE_EXCEEDED,
          "deadline: " + deadline + " (expected: not before " + now + ", the time of processing)");
    }
  }

  private Picture prepared(ImageEvent decoded, byte[] bytes) throws GroundingException {
    stage = Stage.DECODE_IMAGE;
    long begin = System.nanoTime();
    Picture picture = grounder.pictures().of(bytes, encoded -> decode(decoded, encoded));
    if (!decodes) {
      trace.ended(Part.REUSE_IMAGE, begin, null);
    }
    return picture;
  }

  private PreparedImage decode(ImageEvent decoded, byte[] encoded) throws GroundingException {
    decodes = true;
    long begin = System.nanoTime();
    try {
      PreparedImage image =
          grounder.decoding().decode(grounder.model(), encoded, decoded.getDeadline());
      grounder.metrics().decoded(System.nanoTime() - begin);
      trace.ended(Part.DECODE_IMAGE, begin, null);
      return image;
    } catch (GroundingException e) {
      trace.ended(Part.DECODE_IMAGE, begin, e);
      throw e;
    }
  }

  /** Returns the picture's bytes where the event holds them. */
  private static byte @Nullable [] bytes(ImageEvent decoded) {
    ByteBuffer buffer = decoded.getImageBytes();
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private List<CompletableFuture<Outcome>> submit(
      ImageEvent decoded, List<AskedRequest> requests, @Nullable Picture picture)
      throws InterruptedException {
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    int calls = 0;
    for (AskedRequest request : requests) {
      outcomes.add(ask(decoded, request, picture));
      calls++;
      modelCalls = calls;
    }
    return outcomes;
  }

  private CompletableFuture<Outcome> ask(
      ImageEvent decoded, AskedRequest asked, @Nullable Picture picture)
      throws InterruptedException {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    long begin = System.nanoTime();
    ask(decoded, asked, picture, 1, outcome);
    if (!trace.isRecorded()) {
      return outcome;
    }
    // Not beside the outcome but in front of it: the event's trace ends after those of its
    // requests.
    return outcome.whenComplete((result, failure) -> tell(asked, begin, result));
  }

  private void tell(AskedRequest asked, long begin, @Nullable Outcome outcome) {
    String task = asked.request().getTask();
    if (outcome instanceof Answered answered) {
      trace.answered(asked.id(), task, begin, answered.answer());
    } else if (outcome instanceof Failed failed) {
      trace.refused(asked.id(), task, begin, failed.failure());
    }
  }

  /**
   * Asks the model, again where that may help.
   *
   * @param outcome gets what becomes of it in the end
   */
  private void ask(
      ImageEvent decoded,
      AskedRequest asked,
      @Nullable Picture picture,
      int attempt,
      CompletableFuture<Outcome> outcome)
      throws InterruptedException {
    ImageRequest request = asked.request();
    CompletableFuture<GroundedAnswer> answer;
    try {
      answer =
          grounder
              .model()
              .ground(
                  new GroundingRequest(
                      Task.parse(request.getTask()),
                      request.getText(),
                      asked.boxes(),
                      picture == null ? null : picture.image(),
                      grounder.settings().generation(),
                      decoded.getPriority(),
                      decoded.getDeadline()));
    } catch (GroundingException e) {
      outcome.complete(new Failed(Failure.of(e)));
      return;
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    waiting.add(answer);
    if (cancelled) {
      answer.cancel(true);
    }
    CompletableFuture<?> unused =
        answer.whenComplete(
            (value, failure) -> {
              try {
                if (failure == null) {
                  outcome.complete(new Answered(value));
                } else if (isWorthAnother(failure, attempt, decoded)) {
                  trace.askedAgain(asked.id(), attempt, failure);
                  askLater(decoded, asked, picture, attempt, outcome);
                } else {
                  outcome.complete(outcome(failure));
                }
              } catch (RuntimeException e) {
                outcome.completeExceptionally(unwrapped(e));
              }
            });
  }

  private boolean isWorthAnother(Throwable failure, int attempt, ImageEvent decoded) {
    return !cancelled
        && unwrapped(failure) instanceof GroundingException e
        && e.errorCode().stage() == Stage.INFERENCE
        && Retries.isWorthIt(
            e.errorCode(),
            attempt,
            grounder.settings().modelAttempts(),
            Retries.pauseMillis(attempt),
            decoded.getDeadline());
  }

  private void askLater(
      ImageEvent decoded,
      AskedRequest asked,
      @Nullable Picture picture,
      int attempt,
      CompletableFuture<Outcome> outcome) {
    CompletableFuture.delayedExecutor(
            Retries.pauseMillis(attempt), TimeUnit.MILLISECONDS, grounder.preparation())
        .execute(
            () -> {
              try {
                ask(decoded, asked, picture, attempt + 1, outcome);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                outcome.completeExceptionally(e);
              } catch (RuntimeException | Error e) {
                outcome.completeExceptionally(e);
              }
            });
  }

  /**
   * Returns the outcome that an error stands for. What is no fault of the request fails the job at
   * once, without waiting for the others.
   */
  private Outcome outcome(Throwable thrown) {
    Throwable failure = unwrapped(thrown);
    if (failure instanceof GroundingException e) {
      return new Failed(Failure.of(e));
    }
    if (failsTheJob(failure)) {
      failJob(failure);
      throw new CompletionException(failure);
    }
    EventLog.unexpected(source, event, Stage.INFERENCE, failure);
    return new Failed(Failure.unexpected(Stage.INFERENCE, failure));
  }

  private void emit(
      ImageEvent decoded,
      @Nullable Picture picture,
      List<AskedRequest> requests,
      List<CompletableFuture<Outcome>> outcomes) {
    stage = Stage.EMIT;
    EventLog.begin(source, decoded);
    long begin = System.nanoTime();
    try {
      List<OutputRecord> records =
          grounder
              .results()
              .assemble(
                  source,
                  decoded,
                  picture,
                  requests,
                  outcomes.stream().map(CompletableFuture::join).toList(),
                  grounder.clock().instant());
      trace.ended(Part.EMIT, begin, null);
      complete(records);
    } catch (Throwable e) {
      failUnexpectedly(e);
    } finally {
      EventLog.end();
    }
  }

  private void failUnexpectedly(Throwable thrown) {
    Throwable e = unwrapped(thrown);
    if (failsTheJob(e)) {
      failJob(e);
    } else {
      EventLog.unexpected(source, event, stage, e);
      failEvent(Failure.unexpected(stage, e));
    }
  }

  private void failEvent(Failure failure) {
    trace.failed(failure);
    try {
      complete(
          List.of(
              grounder.deadLetters().ofEvent(source, event, failure, grounder.clock().instant())));
    } catch (Throwable e) {
      // Without even a dead letter the event would be lost.
      failJob(e);
    }
  }

  private void complete(List<OutputRecord> records) {
    if (completed.compareAndSet(false, true)) {
      if (!records.isEmpty()) {
        records
            .get(records.size() - 1)
            .setCost(
                new EventCost(
                    modelCalls,
                    grounder.deviceClock().take(),
                    source.getSourceBytes(),
                    source.getNotes()));
      }
      EventLog.completed(records);
      trace.completed(records);
      completion.complete(records);
    }
  }

  private void failJob(Throwable cause) {
    if (completed.compareAndSet(false, true)) {
      trace.abandoned(cause);
      cancel();
      completion.fail(cause);
    }
  }

  private static Throwable unwrapped(Throwable e) {
    return e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
  }

  /** Whether an error is about the process or its surroundings, and would meet every event. */
  private static boolean failsTheJob(Throwable e) {
    if (e instanceof StackOverflowError) {
      // An event can cause that, and the stack is whole again.
      return false;
    }
    return e instanceof RegistryUnavailableException
        || e instanceof EngineStoppedException
        || e instanceof InterruptedException
        || e instanceof CancellationException
        || e instanceof VirtualMachineError
        || e instanceof LinkageError;
  }
}
