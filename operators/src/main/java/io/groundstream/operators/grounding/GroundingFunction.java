package io.groundstream.operators.grounding;

import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.engine.EngineStatistics;
import io.groundstream.kosmos2.program.DeviceException;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.operators.deadletter.DeadLetters;
import io.groundstream.operators.device.DeviceChooser;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.fetch.ImageFetchers;
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

  /** Lest one slow file holds up all others. */
  private static final int LEAST_THREADS = 2;

  private final OutputSettings outputSettings;
  private final ModelSettings modelSettings;
  private final GroundingSettings settings;
  private final TraceSettings traceSettings;
  private final GroundingModelProvider models;

  private transient volatile @Nullable Open open;

  /**
   * @param output where the results go, which decides how they are written
   * @param models opens the model on the device that is chosen in {@link #open}
   */
  public GroundingFunction(
      OutputSettings output,
      ModelSettings model,
      GroundingSettings settings,
      TraceSettings traces,
      GroundingModelProvider models) {
    this.outputSettings = output;
    this.modelSettings = model;
    this.settings = settings;
    this.traceSettings = traces;
    this.models = models;
  }

  /** What a running function holds; closed in the opposite order of opening. */
  private static final class Open {
    private final Set<Work> inFlight = ConcurrentHashMap.newKeySet();
    private final KeyOrder order = new KeyOrder();
    private @Nullable WorkerPool pool;
    private @Nullable GroundingModel model;
    private @Nullable ImageFetchers fetchers;
    private @Nullable OpenOutput output;
    private @Nullable Tracing tracing;
    private @Nullable Grounder grounder;
    private @Nullable EventMetrics metrics;
    private volatile boolean closed;
  }

  @Override
  public void open(OpenContext context) throws Exception {
    Open opening = new Open();
    // At once, so that close() gives back what was taken before something failed.
    open = opening;
    try {
      fill(opening);
    } catch (SchemaRegistrationException
        | CheckpointException
        | DeviceException
        | TopicLimitException
        | NoSuchFileException e) {
      // Starting again changes nothing; somebody has to.
      throw new SuppressRestartsException(e);
    } catch (RegistryUnavailableException e) {
      ExceptionUtils.rethrowException(RegistryRetry.forJob(e));
    }
  }

  private void fill(Open opening) throws Exception {
    // Before the model, which takes longer: what is set up wrongly should be told soon.
    OpenOutput output =
        OpenOutput.open(outputSettings, getRuntimeContext().getTaskInfo().getAttemptNumber());
    opening.output = output;
    ImageFetchers fetchers =
        ImageFetchers.open(settings.fetching(), (int) modelSettings.maxImageBytes());
    opening.fetchers = fetchers;
    DeviceSpec device =
        DeviceChooser.externalResourceFirst()
            .choose(getRuntimeContext(), DeviceSpec.parse(modelSettings.device()));
    DeviceClock deviceClock = DeviceClock.of(device);
    GroundingModel model = new MeteredModel(models.open(device), deviceClock);
    opening.model = model;
    EngineStatistics statistics = model.statistics();
    if (statistics != null) {
      EngineMetrics.register(getRuntimeContext().getMetricGroup(), statistics, device.toString());
    }
    Integer threads = settings.preparationThreads();
    ModelIdentity identity = model.identity();
    WorkerPool pool =
        WorkerPool.acquire(
            threads == null
                ? Math.max(LEAST_THREADS, Runtime.getRuntime().availableProcessors())
                : threads,
            modelSettings,
            identity,
            settings);
    opening.pool = pool;
    PictureMetrics.register(
        getRuntimeContext().getMetricGroup(), fetchers, pool.pictures(), pool.decoding());
    Tracing tracing =
        Tracing.acquire(
            traceSettings,
            outputSettings instanceof KafkaOutput kafka && kafka.readsEvents()
                ? kafka.kafka().groupId()
                : null);
    opening.tracing = tracing;
    tracing.register(getRuntimeContext().getMetricGroup());
    int maxRecordBytes = output.maxRecordBytes() - tracing.headerBytes();
    DeadLetters deadLetters =
        new DeadLetters(
            output.encoders().deadLetters(),
            identity,
            settings.maxDeadLetterBytes(),
            maxRecordBytes,
            settings.maxAttempts());
    Metrics.of(
            MetricPlace.MODEL,
            getRuntimeContext().getMetricGroup(),
            identity.name(),
            identity.revision(),
            identity.dtype(),
            device.toString())
        .gauge(Metric.MODEL_INFO, () -> 1);
    Clock clock = Clock.systemUTC();
    EventMetrics metrics = new EventMetrics(getRuntimeContext().getMetricGroup(), clock);
    metrics.showInFlight(opening.inFlight);
    opening.metrics = metrics;
    opening.grounder =
        new Grounder(
            output.decoder(metrics::schemaAskedAgain),
            fetchers,
            model,
            deviceClock,
            new ResultAssembler(output.encoders(), deadLetters, identity, maxRecordBytes),
            deadLetters,
            settings,
            metrics,
            tracing,
            pool.pictures(),
            pool.decoding(),
            pool.preparation(),
            pool.completion(),
            clock);
  }

  @Override
  public void asyncInvoke(EventRecord event, ResultFuture<OutputRecord> result) {
    Open running = open;
    if (running == null || running.grounder == null || running.pool == null) {
      throw new IllegalStateException("asyncInvoke before open");
    }
    Work work = new Work(event, result, running, running.grounder);
    running.inFlight.add(work);
    Executor threads = running.pool.preparation();
    CompletableFuture<Void> before =
        settings.tombstones() == KafkaOptions.Tombstones.DELETE
            ? running.order.enter(event, work.done)
            : null;
    if (before == null) {
      threads.execute(work.task);
    } else {
      CompletableFuture<Void> unused = before.thenRunAsync(work.task, threads);
    }
  }

  @Override
  public void close() throws Exception {
    Open closing = open;
    open = null;
    if (closing == null) {
      return;
    }
    closing.closed = true;
    closing.inFlight.forEach(Work::cancel);
    if (closing.fetchers != null) {
      closing.fetchers.close();
    }
    if (closing.pool != null) {
      closing.pool.close();
    }
    if (closing.model != null) {
      closing.model.close();
    }
    if (closing.output != null) {
      closing.output.close();
    }
    if (closing.tracing != null) {
      // After everything that ends spans.
      closing.tracing.close();
    }
  }

  /** One event that is being worked on. */
  private static final class Work implements EventGrounding.Completion {
    private final EventRecord event;
    private final ResultFuture<OutputRecord> result;
    private final Open running;
    private final EventGrounding grounding;
    private final FutureTask<Void> task;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final long startNanos = System.nanoTime();

    Work(EventRecord event, ResultFuture<OutputRecord> result, Open running, Grounder grounder) {
      this.event = event;
      this.result = result;
      this.running = running;
      this.grounding = new EventGrounding(event, grounder, this);
      this.task = new FutureTask<>(grounding, null);
    }

    void cancel() {
      task.cancel(true);
      grounding.cancel();
    }

    @Override
    public void complete(List<OutputRecord> records) {
      running.inFlight.remove(this);
      if (!running.closed) {
        // Before they are counted: whatever may go wrong with that, no event is lost.
        result.complete(records);
        done.complete(null);
        if (running.metrics != null) {
          running.metrics.done(event, records, System.nanoTime() - startNanos);
        }
      }
    }

    @Override
    public void fail(Throwable cause) {
      running.inFlight.remove(this);
      if (!running.closed) {
        result.completeExceptionally(RegistryRetry.forJob(cause));
      }
    }
  }
}
