package io.groundstream.operators.grounding;

import io.groundstream.kosmos2.Demonstrations;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.engine.EngineStatistics;
import io.groundstream.kosmos2.engine.EngineStoppedException;
import io.groundstream.kosmos2.program.DeviceException;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.operators.deadletter.DeadLetters;
import io.groundstream.operators.device.DeviceChooser;
import io.groundstream.operators.device.LostDevice;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.fetch.ImageFetchers;
import io.groundstream.operators.format.EventFormat;
import io.groundstream.operators.format.EventFormats;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.metrics.Metric;
import io.groundstream.operators.metrics.MetricPlace;
import io.groundstream.operators.metrics.Metrics;
import io.groundstream.operators.output.KafkaOutput;
import io.groundstream.operators.output.ModelIdentity;
import io.groundstream.operators.output.OutputRecord;
import io.groundstream.operators.output.OutputSettings;
import io.groundstream.operators.output.TopicLimits.TopicLimitException;
import io.groundstream.operators.tracing.TraceSettings;
import io.groundstream.operators.tracing.Tracing;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistrationException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;

/**
 * Grounds image events: each becomes one image record, a record for each phrase, and a dead letter
 * for each request that failed, or one dead letter if the event failed as a whole.
 *
 * <p>Events wait in the asynchronous operator around this function, and thereby in its checkpoints,
 * as the bytes that they came in. All subtasks of a process share the model of their device and the
 * threads that prepare images. Bad events never fail the job; a registry that stays away, a model
 * that died, or a process out of memory do. Never use it with Flink's own time-out and retry: this
 * retries by itself where that makes sense.
 */
public final class GroundingFunction extends RichAsyncFunction<EventRecord, OutputRecord> {
  private static final long serialVersionUID = 1L;

  /** So that one slow image does not hold up all others. */
  private static final int LEAST_THREADS = 2;

  private final EventFormat.Opener format;
  private final OutputSettings outputSettings;
  private final ModelSettings modelSettings;
  private final GroundingSettings settings;
  private final TraceSettings traceSettings;
  private final GroundingModelProvider models;

  private transient volatile @Nullable Running running;

  /**
   * Creates a function for events in Avro.
   *
   * @param output where the results go, which decides how they are written
   * @param models opens the model on the device that is chosen in {@link #open}
   */
  public GroundingFunction(
      OutputSettings output,
      ModelSettings model,
      GroundingSettings settings,
      TraceSettings traces,
      GroundingModelProvider models) {
    this(EventFormats.avro(), output, model, settings, traces, models);
  }

  /**
   * @param format opens decoders of the records of topics
   * @param output where the results go, which decides how they are written
   * @param models opens the model on the device that is chosen in {@link #open}
   */
  public GroundingFunction(
      EventFormat.Opener format,
      OutputSettings output,
      ModelSettings model,
      GroundingSettings settings,
      TraceSettings traces,
      GroundingModelProvider models) {
    this.format = format;
    this.outputSettings = output;
    this.modelSettings = model;
    this.settings = settings;
    this.traceSettings = traces;
    this.models = models;
  }

  /** What a running function holds. */
  private static final class Running {
    private final Resources resources = new Resources();
    private final Set<Work> inFlight = ConcurrentHashMap.newKeySet();
    private final KeyOrder order = new KeyOrder();
    private @Nullable EventGrounding grounding;
    private @Nullable Executor threads;
    private @Nullable EventMetrics metrics;
    private @Nullable Tracing tracing;
    private volatile boolean closed;
  }

  @Override
  public void open(OpenContext context) throws Exception {
    Running opening = new Running();
    // At once, so that close() gives back what was taken before something failed.
    running = opening;
    try {
      fill(opening);
    } catch (GroundingException e) {
      throw e.errorCode().retryable() ? e : new SuppressRestartsException(e);
    } catch (SchemaRegistrationException
        | CheckpointException
        | DeviceException
        | TopicLimitException
        | NoSuchFileException e) {
      // A restart changes nothing; a person has to.
      throw new SuppressRestartsException(e);
    } catch (RegistryUnavailableException e) {
      ExceptionUtils.rethrowException(RegistryRetry.forJob(e));
    }
  }

  /** Opens everything; what is opened first is closed last. */
  private void fill(Running opening) throws Exception {
    Resources resources = opening.resources;
    MetricGroup metricGroup = getRuntimeContext().getMetricGroup();
    // Everything that ends spans closes before it.
    Tracing tracing = resources.add(Tracing.acquire(traceSettings, consumerGroup()));
    tracing.register(metricGroup);
    // Before the model, which takes longer to load: a wrong configuration is reported soon.
    ResultOutput output =
        resources.add(
            ResultOutput.open(
                outputSettings, getRuntimeContext().getTaskInfo().getAttemptNumber()));
    ImageFetchers fetchers =
        resources.add(ImageFetchers.open(settings.fetching(), (int) modelSettings.maxImageBytes()));
    DeviceSpec device =
        DeviceChooser.externalResourceFirst()
            .choose(getRuntimeContext(), DeviceSpec.parse(modelSettings.device()));
    GroundingModel model = resources.add(openModel(models, device));
    ModelIdentity identity = model.identity();
    GroundingResources shared =
        resources
            .add(GroundingResources.acquire(threads(settings), modelSettings, identity, settings))
            .get();
    Clock clock = Clock.systemUTC();
    EventMetrics metrics = new EventMetrics(metricGroup, clock);
    metrics.showInFlight(opening.inFlight);
    ImageMetrics.register(metricGroup, fetchers, shared.images(), shared.permits());
    showModel(metricGroup, model, device);

    Demonstrations demonstrations = Demonstrated.configured(settings.demonstrations(), model);
    Demonstrated.check(demonstrations, model);
    opening.metrics = metrics;
    opening.tracing = tracing;
    opening.threads = shared.preparation();
    opening.grounding =
        new EventGrounding(
            output.decoder(format, metrics::schemaAskedAgain),
            new ImageSource(
                fetchers,
                model,
                shared.images(),
                shared.permits(),
                shared.preparation(),
                metrics,
                demonstrations),
            new ModelRequests(model, DeviceClock.of(device), settings, shared.retries()),
            results(output, identity, output.maxRecordBytes() - tracing.headerBytes()),
            settings,
            shared.completion(),
            clock);
  }

  static GroundingModel openModel(GroundingModelProvider models, DeviceSpec device)
      throws Exception {
    try {
      return models.open(device);
    } catch (EngineStoppedException e) {
      LostDevice.endProcessIfCauseOf(e);
      throw e;
    }
  }

  private @Nullable String consumerGroup() {
    return outputSettings instanceof KafkaOutput kafka && kafka.readsEvents()
        ? kafka.kafka().groupId()
        : null;
  }

  /** Returns how many threads of this process prepare images. */
  static int threads(GroundingSettings settings) {
    Integer threads = settings.preparationThreads();
    return threads == null
        ? Math.max(LEAST_THREADS, Runtime.getRuntime().availableProcessors())
        : threads;
  }

  private ResultAssembler results(ResultOutput output, ModelIdentity identity, int maxRecordBytes) {
    DeadLetters deadLetters =
        new DeadLetters(
            output.encoders().deadLetters(),
            identity,
            settings.maxDeadLetterBytes(),
            maxRecordBytes,
            settings.maxAttempts());
    return new ResultAssembler(output.encoders(), deadLetters, identity, maxRecordBytes);
  }

  static void showModel(MetricGroup metricGroup, GroundingModel model, DeviceSpec device) {
    EngineStatistics statistics = model.statistics();
    if (statistics != null) {
      EngineMetrics.register(metricGroup, statistics, device.toString());
    }
    ModelIdentity identity = model.identity();
    Metrics.of(
            MetricPlace.MODEL,
            metricGroup,
            identity.name(),
            identity.revision(),
            identity.dtype(),
            device.toString())
        .gauge(Metric.MODEL_INFO, () -> 1);
  }

  @Override
  public void asyncInvoke(EventRecord event, ResultFuture<OutputRecord> result) {
    Running current = running;
    if (current == null
        || current.grounding == null
        || current.threads == null
        || current.tracing == null) {
      throw new IllegalStateException("asyncInvoke before open");
    }
    Work work =
        new Work(
            new InFlightEvent(event, current.tracing.begin(event)),
            result,
            current,
            current.grounding);
    current.inFlight.add(work);
    Executor threads = current.threads;
    CompletableFuture<Void> before =
        settings.tombstones() == KafkaOptions.Tombstones.DELETE
            ? current.order.enter(event, work.tombstone, work.done)
            : null;
    if (before == null) {
      threads.execute(work.task);
    } else {
      CompletableFuture<Void> unused = before.thenRunAsync(work.task, threads);
    }
  }

  @Override
  public void close() throws Exception {
    Running closing = running;
    running = null;
    if (closing == null) {
      return;
    }
    closing.closed = true;
    closing.inFlight.forEach(Work::cancel);
    closing.resources.close();
  }

  /** One event that is being worked on. */
  private static final class Work {
    private final InFlightEvent event;
    private final ResultFuture<OutputRecord> result;
    private final Running running;
    private final boolean tombstone;
    private final FutureTask<Void> task;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final long startNanos = System.nanoTime();

    Work(
        InFlightEvent event,
        ResultFuture<OutputRecord> result,
        Running running,
        EventGrounding grounding) {
      this.event = event;
      this.result = result;
      this.running = running;
      this.tombstone = grounding.isTombstone(event.source());
      this.task = new FutureTask<>(() -> run(grounding), null);
    }

    private void run(EventGrounding grounding) {
      CompletableFuture<?> unused =
          grounding
              .ground(event)
              .whenComplete(
                  (records, failure) -> {
                    if (failure == null) {
                      complete(records);
                    } else {
                      fail(ExceptionUtils.stripCompletionException(failure));
                    }
                  });
    }

    void cancel() {
      task.cancel(true);
      event.cancel();
    }

    private void complete(List<OutputRecord> records) {
      running.inFlight.remove(this);
      if (!running.closed) {
        // Before they are counted: whatever may go wrong with that, no event is lost.
        result.complete(records);
        done.complete(null);
        if (running.metrics != null) {
          running.metrics.done(event.source(), tombstone, records, System.nanoTime() - startNanos);
        }
      }
    }

    private void fail(Throwable cause) {
      running.inFlight.remove(this);
      LostDevice.endProcessIfCauseOf(cause);
      if (!running.closed) {
        result.completeExceptionally(RegistryRetry.forJob(cause));
      }
    }
  }
}
