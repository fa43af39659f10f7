package io.groundstream.operators.grounding;

import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.kosmos2.Demonstrations;
import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.Stage;
import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.program.DeviceException;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.text.Task;
import io.groundstream.operators.deadletter.Failure;
import io.groundstream.operators.device.DeviceChooser;
import io.groundstream.operators.device.LostDevice;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.fetch.ImageFetchers;
import io.groundstream.operators.grounding.Outcome.Answered;
import io.groundstream.operators.grounding.Outcome.Failed;
import io.groundstream.operators.output.ModelIdentity;
import io.groundstream.operators.tracing.EventTrace;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;

/**
 * Answers single requests about images for callers that have rows in place of events, such as
 * queries: with the model, the threads, the caches and the limits that jobs have, shared by all
 * subtasks of a process with the same settings. Thread-safe.
 *
 * <p>The caller bounds how many requests it has under way.
 */
public final class RequestGrounding implements AutoCloseable {
  private static final String ORIGIN = "request";

  /**
   * The subtask that asks.
   *
   * @param metrics the group of its metrics
   * @param index its index, from 0
   * @param gpus what Flink assigned to its task manager as {@link DeviceChooser#EXTERNAL_RESOURCE}
   */
  public record Subtask(MetricGroup metrics, int index, Set<ExternalResourceInfo> gpus) {}

  private final Resources resources;
  private final Set<Work> inFlight = ConcurrentHashMap.newKeySet();
  private final ModelIdentity identity;
  private final ImageSource images;
  private final ModelRequests model;
  private final EventMetrics metrics;
  private final Executor preparation;
  private final Executor completion;
  private volatile boolean closed;

  private RequestGrounding(
      Resources resources,
      ModelIdentity identity,
      ImageSource images,
      ModelRequests model,
      EventMetrics metrics,
      GroundingResources shared) {
    this.resources = resources;
    this.identity = identity;
    this.images = images;
    this.model = model;
    this.metrics = metrics;
    this.preparation = shared.preparation();
    this.completion = shared.completion();
  }

  /**
   * Opens what answers requests; returns when the model is loaded.
   *
   * @param models opens the model on the device of the subtask
   * @throws SuppressRestartsException if the configuration is wrong, so that a restart would fail
   *     in the same way, such as for a checkpoint that does not exist
   * @throws Exception if anything else fails
   */
  public static RequestGrounding open(
      ModelSettings model,
      GroundingSettings settings,
      GroundingModelProvider models,
      Subtask subtask)
      throws Exception {
    Resources resources = new Resources();
    try {
      return open(model, settings, models, subtask, resources);
    } catch (Throwable e) {
      try {
        resources.close();
      } catch (Exception second) {
        e.addSuppressed(second);
      }
      if (e instanceof CheckpointException
          || e instanceof DeviceException
          || e instanceof NoSuchFileException
          || (e instanceof GroundingException failure && !failure.errorCode().retryable())) {
        throw new SuppressRestartsException(e);
      }
      throw e;
    }
  }

  private static RequestGrounding open(
      ModelSettings modelSettings,
      GroundingSettings settings,
      GroundingModelProvider models,
      Subtask subtask,
      Resources resources)
      throws Exception {
    ImageFetchers fetchers =
        resources.add(ImageFetchers.open(settings.fetching(), (int) modelSettings.maxImageBytes()));
    DeviceSpec device =
        DeviceChooser.choose(
            subtask.gpus(), subtask.index(), DeviceSpec.parse(modelSettings.device()));
    GroundingModel model = resources.add(GroundingFunction.openModel(models, device));
    ModelIdentity identity = model.identity();
    GroundingResources shared =
        resources
            .add(
                GroundingResources.acquire(
                    GroundingFunction.threads(settings), modelSettings, identity, settings))
            .get();
    EventMetrics metrics = new EventMetrics(subtask.metrics(), Clock.systemUTC());
    ImageMetrics.register(subtask.metrics(), fetchers, shared.images(), shared.permits());
    GroundingFunction.showModel(subtask.metrics(), model, device);
    Demonstrations demonstrations = Demonstrated.configured(settings.demonstrations(), model);
    Demonstrated.check(demonstrations, model);
    RequestGrounding opened =
        new RequestGrounding(
            resources,
            identity,
            new ImageSource(
                fetchers,
                model,
                shared.images(),
                shared.permits(),
                shared.preparation(),
                metrics,
                demonstrations),
            new ModelRequests(model, DeviceClock.of(device), settings, shared.retries()),
            metrics,
            shared);
    metrics.showInFlight(opened.inFlight);
    return opened;
  }

  /** Returns the names of the model that answers. */
  public ModelIdentity identity() {
    return identity;
  }

  /**
   * Answers a request. Returns at once; other threads fetch and decode the image and wait for the
   * model.
   *
   * @param image the encoded image; null if there is none, or only a URI
   * @param uri where the image is, if its bytes are null; null if there is none
   * @return completes with the outcome; or exceptionally if the job cannot go on, which is not the
   *     request's fault. Cancelling it has no effect.
   */
  public CompletableFuture<RequestOutcome> ground(
      byte @Nullable [] image, @Nullable String uri, ImageRequest request) {
    ImageEvent event =
        ImageEvent.newBuilder()
            .setImageBytes(image == null ? null : ByteBuffer.wrap(image))
            .setImageUri(uri)
            .setRequests(List.of(request))
            .build();
    Work work = new Work(event, request);
    inFlight.add(work);
    try {
      preparation.execute(work.task);
    } catch (RuntimeException e) {
      work.fail(e);
    }
    if (closed) {
      // Otherwise a request that comes while this is being closed might never end.
      work.cancel();
    }
    return work.result;
  }

  @Override
  public void close() throws Exception {
    closed = true;
    try {
      inFlight.forEach(Work::cancel);
    } finally {
      resources.close();
    }
  }

  /** One request that is being worked on. */
  private final class Work {
    private final ImageEvent decoded;
    private final AskedRequest asked;
    private final InFlightEvent event;
    private final FutureTask<Void> task = new FutureTask<>(this::run, null);
    private final CompletableFuture<RequestOutcome> result = new CompletableFuture<>();
    private final long startNanos = System.nanoTime();
    private volatile @Nullable EventImage image;

    Work(ImageEvent decoded, ImageRequest request) {
      this.decoded = decoded;
      this.asked = new AskedRequest("", request);
      EventRecord source = new EventRecord();
      source.setOriginSystem(ORIGIN);
      source.setOriginName(ORIGIN);
      source.setOriginPosition("");
      this.event = new InFlightEvent(source, EventTrace.NONE);
    }

    private void run() {
      CompletableFuture<?> unused =
          steps()
              .whenComplete(
                  (outcome, failure) -> {
                    try {
                      if (failure == null) {
                        complete(outcome);
                      } else {
                        failed(ExceptionUtils.stripCompletionException(failure));
                      }
                    } catch (RuntimeException | Error e) {
                      // Whatever it is, the request ends.
                      fail(e);
                    }
                  });
    }

    /** The steps in their order: task, image, request. */
    private CompletableFuture<RequestOutcome> steps() {
      try {
        event.reach(Stage.REQUEST);
        // Before the image: nothing is fetched for a request that cannot be answered.
        Task task = Task.parse(asked.request().getTask());
        return images
            .imagesOf(event, decoded, List.of(asked))
            .thenCompose(found -> ask(task, found))
            .thenApplyAsync(this::outcome, completion);
      } catch (GroundingException | RuntimeException | Error e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    private CompletableFuture<List<Outcome>> ask(Task task, EventImages found) {
      image = found.own();
      event.reach(Stage.REQUEST);
      try {
        if (found.own() == null && task.needsImage()) {
          throw new GroundingException(
              GroundingErrorCode.IMAGE_MISSING,
              "image: null (expected: an image; only the tasks prompt and score go without one)");
        }
        event.reach(Stage.INFERENCE);
        return model.ask(event, decoded, List.of(asked), found);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CompletionException(e);
      } catch (GroundingException e) {
        throw new CompletionException(e);
      }
    }

    private RequestOutcome outcome(List<Outcome> outcomes) {
      Outcome outcome = outcomes.get(0);
      if (outcome instanceof Answered answered) {
        EventImage found = image;
        return new RequestOutcome(
            answered.answer(),
            null,
            found == null ? 0 : found.prepared().width(),
            found == null ? 0 : found.prepared().height());
      }
      return failure(((Failed) outcome).failure());
    }

    private RequestOutcome failure(Failure failure) {
      EventImage found = image;
      return new RequestOutcome(
          null,
          failure,
          found == null ? 0 : found.prepared().width(),
          found == null ? 0 : found.prepared().height());
    }

    private void failed(Throwable failure) {
      if (failure instanceof GroundingException e) {
        complete(failure(Failure.of(e)));
      } else if (JobFailures.failsTheJob(failure)) {
        fail(failure);
      } else {
        EventLog.unexpected(event.source(), decoded, event.stage(), failure);
        complete(failure(Failure.unexpected(event.stage(), failure)));
      }
    }

    private void complete(RequestOutcome outcome) {
      inFlight.remove(this);
      if (result.complete(outcome)) {
        metrics.done(System.nanoTime() - startNanos);
      }
    }

    private void fail(Throwable failure) {
      inFlight.remove(this);
      LostDevice.endProcessIfCauseOf(failure);
      result.completeExceptionally(failure);
    }

    void cancel() {
      task.cancel(true);
      event.cancel();
      fail(new CancellationException("closed"));
    }
  }
}
