package io.groundstream.operators.grounding;

import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.model.GroundedAnswer;
import io.groundstream.model.GroundingErrorCode;
import io.groundstream.model.GroundingException;
import io.groundstream.model.GroundingRequest;
import io.groundstream.model.Stage;
import io.groundstream.model.engine.EngineStoppedException;
import io.groundstream.model.image.PreparedImage;
import io.groundstream.model.text.Task;
import io.groundstream.operators.deadletter.Failure;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.grounding.Outcome.Answered;
import io.groundstream.operators.grounding.Outcome.Failed;
import io.groundstream.operators.output.EventCost;
import io.groundstream.operators.output.OutputRecord;
import io.groundstream.schemas.Ids;
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
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The way of one event, from its bytes to all of its records.
 *
 * <p>{@link #run} goes as far as the model, on its caller's thread, and may wait: for the registry,
 * a file system, room in the model's queue; where the picture comes over a network, it ends before,
 * and goes on by itself when the picture is there. The rest happens when the model has answered all
 * requests. The completion is told exactly once: all records together; or an error that is no fault
 * of the event and must fail the job. Whatever else goes wrong becomes dead letters.
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
  private final AtomicBoolean completed = new AtomicBoolean();
  private final ConcurrentLinkedQueue<CompletableFuture<?>> waiting = new ConcurrentLinkedQueue<>();

  /** Where the event is; for errors that nobody foresaw. Written by one thread at a time. */
  private volatile Stage stage = Stage.DECODE_RECORD;

  private volatile @Nullable ImageEvent event;
  private volatile int modelCalls;
  private volatile @Nullable CompletableFuture<byte[]> fetching;
  private volatile boolean cancelled;

  EventGrounding(EventRecord source, Grounder grounder, Completion completion) {
    this.source = source;
    this.grounder = grounder;
    this.completion = completion;
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
    waiting.forEach(answer -> answer.cancel(true));
    CompletableFuture<byte[]> transfer = fetching;
    if (transfer != null) {
      transfer.cancel(true);
    }
  }

  private void ground()
      throws RecordException,
          GroundingException,
          RegistryUnavailableException,
          InterruptedException {
    String foundBySource = source.getFailureCode();
    if (foundBySource != null) {
      if (source.getValue() != null) {
        event = grounder.decoder().decode(source);
      }
      failEvent(Failure.ofSource(foundBySource, source.getFailureMessage()));
      return;
    }
    ImageEvent decoded = grounder.decoder().decode(source);
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
    if (bytes != null || uri == null) {
      ask(decoded, requests, bytes);
    } else {
      fetch(decoded, requests, uri);
    }
  }

  /** Fetches the picture, which may take its time without keeping a thread, and goes on then. */
  private void fetch(ImageEvent decoded, List<AskedRequest> requests, String uri) {
    stage = Stage.FETCH;
    long begin = System.nanoTime();
    CompletableFuture<byte[]> fetched = grounder.fetcher().fetch(uri, decoded.getDeadline());
    fetching = fetched;
    if (cancelled) {
      fetched.cancel(true);
    }
    Executor next = fetched.isDone() ? Runnable::run : grounder.preparation();
    CompletableFuture<Void> unused =
        fetched
            .handleAsync(
                (bytes, failure) -> {
                  // With the bytes in it, which nobody needs any more once they are decoded.
                  fetching = null;
                  grounder.metrics().fetched(System.nanoTime() - begin);
                  attempt(() -> ask(decoded, requests, fetched(bytes, failure)));
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

  private static byte[] fetched(byte @Nullable [] bytes, @Nullable Throwable failure)
      throws GroundingException {
    if (bytes != null) {
      return bytes;
    }
    Throwable reason = failure == null ? new IllegalStateException("no bytes") : unwrapped(failure);
    if (reason instanceof GroundingException e) {
      throw e;
    }
    throw new CompletionException(reason);
  }

  private void ask(ImageEvent decoded, List<AskedRequest> requests, byte @Nullable [] bytes)
      throws GroundingException, InterruptedException {
    Picture picture = picture(requests, bytes);
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

  private @Nullable Picture picture(List<AskedRequest> requests, byte @Nullable [] bytes)
      throws GroundingException {
    if (bytes == null) {
      if (requests.stream().noneMatch(AskedRequest::goesWithoutPicture)) {
        throw new GroundingException(
            GroundingErrorCode.IMAGE_MISSING,
            "image_bytes and image_uri: none (expected: one of them; only the task prompt goes"
                + " without a picture)");
      }
      return null;
    }
    stage = Stage.DECODE_IMAGE;
    long begin = System.nanoTime();
    PreparedImage image = grounder.model().prepare(bytes);
    grounder.metrics().decoded(System.nanoTime() - begin);
    return new Picture(image, Ids.contentSha256(bytes));
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
      return CompletableFuture.completedFuture(new Failed(Failure.of(e)));
    } catch (RuntimeException e) {
      return CompletableFuture.<GroundedAnswer>failedFuture(e).handle((none, f) -> outcome(f));
    }
    waiting.add(answer);
    if (cancelled) {
      answer.cancel(true);
    }
    return answer.handle(
        (value, failure) -> failure == null ? new Answered(value) : outcome(failure));
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
    try {
      complete(
          grounder
              .results()
              .assemble(
                  source,
                  decoded,
                  picture,
                  requests,
                  outcomes.stream().map(CompletableFuture::join).toList(),
                  grounder.clock().instant()));
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
      records
          .get(records.size() - 1)
          .setCost(
              new EventCost(modelCalls, grounder.deviceClock().take(), source.getSourceBytes()));
      EventLog.completed(records);
      completion.complete(records);
    }
  }

  private void failJob(Throwable cause) {
    if (completed.compareAndSet(false, true)) {
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
