package io.groundstream.operators.grounding;

import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.kosmos2.Demonstrations;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.Stage;
import io.groundstream.kosmos2.text.PromptPart;
import io.groundstream.kosmos2.text.Task;
import io.groundstream.operators.deadletter.Failure;
import io.groundstream.operators.grounding.Outcome.Answered;
import io.groundstream.operators.grounding.Outcome.Failed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;

/**
 * Asks the model what an event asks, again where that may help. Thread-safe.
 *
 * <p>A request that fails has a failure as its outcome, and the others go on. What is no fault of a
 * request, such as a stopped engine, fails all of them at once.
 */
final class ModelRequests {
  private final GroundingModel model;
  private final DeviceClock deviceClock;
  private final GroundingSettings settings;
  private final Retries retries;

  /**
   * @param deviceClock runs while the model is busy
   */
  ModelRequests(
      GroundingModel model, DeviceClock deviceClock, GroundingSettings settings, Retries retries) {
    this.model = model;
    this.deviceClock = deviceClock;
    this.settings = settings;
    this.retries = retries;
  }

  /** Returns for how long the device was busy since this was last called, in nanoseconds. */
  long takeDeviceNanos() {
    return deviceClock.take();
  }

  /**
   * Sends all requests of an event to the model; waits while its queue is full.
   *
   * @param images what the requests are about
   * @return completes with the outcomes in the order of the requests. Cancelling the event frees
   *     their places in the model's queue.
   */
  CompletableFuture<List<Outcome>> ask(
      InFlightEvent event, ImageEvent decoded, List<AskedRequest> requests, EventImages images)
      throws InterruptedException {
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    for (AskedRequest request : requests) {
      outcomes.add(new Question(event, decoded, request, images).ask());
      event.countModelCall();
    }
    return allOf(outcomes);
  }

  private static CompletableFuture<List<Outcome>> allOf(List<CompletableFuture<Outcome>> outcomes) {
    CompletableFuture<List<Outcome>> all =
        CompletableFuture.allOf(outcomes.toArray(new CompletableFuture<?>[0]))
            .thenApply(any -> outcomes.stream().map(CompletableFuture::join).toList());
    for (CompletableFuture<Outcome> outcome : outcomes) {
      CompletableFuture<?> unused =
          outcome.whenComplete(
              (value, failure) -> {
                if (failure != null) {
                  // At once, without waiting for the others.
                  all.completeExceptionally(failure);
                }
              });
    }
    return all;
  }

  /** One request, for as many attempts as it takes. */
  private final class Question {
    private final InFlightEvent event;
    private final ImageEvent decoded;
    private final AskedRequest asked;
    private final EventImages images;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    Question(InFlightEvent event, ImageEvent decoded, AskedRequest asked, EventImages images) {
      this.event = event;
      this.decoded = decoded;
      this.asked = asked;
      this.images = images;
    }

    CompletableFuture<Outcome> ask() throws InterruptedException {
      long begin = System.nanoTime();
      ask(1);
      // Before the outcome completes, so that the event's trace ends after its requests'.
      return event.trace().isRecorded()
          ? outcome.whenComplete((result, failure) -> trace(begin, result))
          : outcome;
    }

    private void trace(long begin, @Nullable Outcome result) {
      String task = asked.request().getTask();
      if (result instanceof Answered answered) {
        event.trace().answered(asked.id(), task, begin, answered.answer());
      } else if (result instanceof Failed failed) {
        event.trace().refused(asked.id(), task, begin, failed.failure());
      }
    }

    private void ask(int attempt) throws InterruptedException {
      CompletableFuture<GroundedAnswer> answer;
      try {
        answer = ground(request());
      } catch (GroundingException e) {
        outcome.complete(new Failed(Failure.of(e)));
        return;
      } catch (RuntimeException e) {
        answer = CompletableFuture.failedFuture(e);
      }
      CompletableFuture<GroundedAnswer> asking = answer;
      Runnable cancel = () -> asking.cancel(true);
      event.onCancel(cancel);
      CompletableFuture<?> unused =
          answer.whenComplete(
              (value, failure) -> {
                event.forget(cancel);
                try {
                  answered(attempt, value, failure);
                } catch (RuntimeException | Error e) {
                  outcome.completeExceptionally(ExceptionUtils.stripCompletionException(e));
                }
              });
    }

    private GroundingRequest request() throws GroundingException {
      ImageRequest request = asked.request();
      Task task = Task.parse(request.getTask());
      List<PromptPart> parts = images.parts(request.getParts());
      EventImage image = parts.isEmpty() ? images.own() : null;
      return new GroundingRequest(
          task,
          request.getText(),
          asked.regions(),
          image == null ? null : image.prepared(),
          image == null ? Demonstrations.NONE : images.demonstrations(),
          parts,
          settings.candidates(task, request),
          settings.generation(task, request.getOptions()),
          decoded.getPriority(),
          decoded.getDeadline());
    }

    private void answered(
        int attempt, @Nullable GroundedAnswer answer, @Nullable Throwable thrown) {
      if (answer != null) {
        outcome.complete(new Answered(answer));
        return;
      }
      Throwable failure =
          thrown == null
              ? new IllegalStateException("no answer")
              : ExceptionUtils.stripCompletionException(thrown);
      if (failure instanceof GroundingException e) {
        Retries.Pause pause =
            event.isCancelled() || e.errorCode().stage() != Stage.INFERENCE
                ? null
                : retries.pauseAfter(
                    e.errorCode(), attempt, settings.modelAttempts(), decoded.getDeadline());
        if (pause == null) {
          outcome.complete(new Failed(Failure.of(e)));
        } else {
          event.trace().askedAgain(asked.id(), attempt, failure);
          askAgain(attempt + 1, pause);
        }
      } else if (JobFailures.failsTheJob(failure)) {
        outcome.completeExceptionally(failure);
      } else {
        EventLog.unexpected(event.source(), decoded, Stage.INFERENCE, failure);
        outcome.complete(new Failed(Failure.unexpected(Stage.INFERENCE, failure)));
      }
    }

    private void askAgain(int attempt, Retries.Pause pause) {
      retries
          .after(pause)
          .execute(
              () -> {
                try {
                  ask(attempt);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                  outcome.completeExceptionally(e);
                } catch (RuntimeException | Error e) {
                  outcome.completeExceptionally(e);
                }
              });
    }

    /** The device's clock runs from here to the answer. */
    private CompletableFuture<GroundedAnswer> ground(GroundingRequest request)
        throws InterruptedException {
      deviceClock.begin();
      CompletableFuture<GroundedAnswer> answer = null;
      try {
        answer = model.ground(request);
      } finally {
        if (answer == null) {
          deviceClock.end();
        }
      }
      // Of the same future, so that cancelling it still gives its place in the queue back.
      CompletableFuture<?> unused = answer.whenComplete((value, e) -> deviceClock.end());
      return answer;
    }
  }
}
