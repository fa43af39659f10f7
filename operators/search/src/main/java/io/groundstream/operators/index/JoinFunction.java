package io.groundstream.operators.index;

import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.metrics.Metric;
import io.groundstream.operators.metrics.MetricPlace;
import io.groundstream.operators.metrics.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Holds the state of each image and emits its document whenever the shown results change; {@link
 * ImageJoin} decides when.
 */
public final class JoinFunction extends KeyedProcessFunction<String, Finding, IndexDocument> {
  private static final long serialVersionUID = 1L;

  /** The output of results that cannot be indexed. */
  public static final OutputTag<Refusal> REFUSALS =
      new OutputTag<>("refusals", TypeInformation.of(Refusal.class));

  /** Stands for "never": state has the same format with and without a time to live. */
  private static final Duration NEVER = Duration.ofDays(36_500);

  /** Rounds the timers of an image, so that they fire together. */
  private static final long TIMER_STEP_MILLIS = 1000;

  private final long patience;
  private final long orphanPatience;
  private final Duration ttl;
  private final int maxEntities;
  private final boolean givenBoxes;

  private transient @Nullable ValueState<ImageState> images;
  private transient @Nullable DocumentWriter writer;
  private transient @Nullable Counter incomplete;
  private transient @Nullable Counter orphans;

  /** When this subtask started, by the wall clock: the time that a job is down does not count. */
  private transient long startedAt;

  public JoinFunction(IndexSettings settings) {
    this.patience = settings.incompleteTimeout().toMillis();
    this.orphanPatience = settings.orphanTimeout().toMillis();
    this.ttl = settings.stateTtl().isZero() ? NEVER : settings.stateTtl();
    this.maxEntities = settings.maxEntities();
    this.givenBoxes = settings.givenBoxes();
  }

  @Override
  public void open(OpenContext context) {
    ValueStateDescriptor<ImageState> descriptor =
        new ValueStateDescriptor<>("image", TypeInformation.of(ImageState.class));
    descriptor.enableTimeToLive(StateTtlConfig.newBuilder(ttl).build());
    images = getRuntimeContext().getState(descriptor);
    writer = new DocumentWriter(maxEntities, givenBoxes);
    startedAt = System.currentTimeMillis();
    Metrics metrics = Metrics.of(MetricPlace.INDEX_JOIN, getRuntimeContext().getMetricGroup());
    incomplete = metrics.counter(Metric.INCOMPLETE);
    orphans = metrics.counter(Metric.ORPHANS);
  }

  @Override
  public void processElement(Finding finding, Context context, Collector<IndexDocument> out)
      throws Exception {
    if (images == null) {
      throw new IllegalStateException("processElement before open");
    }
    ImageState state = images.value();
    if (state == null) {
      state = new ImageState();
    }
    long now = context.timerService().currentProcessingTime();
    boolean changed = ImageJoin.add(state, finding, now);
    finish(state, changed, context, out);
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<IndexDocument> out)
      throws Exception {
    if (images == null || incomplete == null || orphans == null) {
      throw new IllegalStateException("onTimer before open");
    }
    ImageState state = images.value();
    if (state == null) {
      return;
    }
    List<ResultState> lost = new ArrayList<>();
    boolean changed =
        ImageJoin.expire(state, startedAt, timestamp - patience, timestamp - orphanPatience, lost);
    if (changed) {
      incomplete.inc();
    }
    for (ResultState result : lost) {
      orphans.inc();
      context.output(REFUSALS, orphan(context.getCurrentKey(), result, timestamp));
    }
    finish(state, changed, context, out);
  }

  private void finish(
      ImageState state, boolean changed, Context context, Collector<IndexDocument> out)
      throws Exception {
    if (images == null || writer == null) {
      throw new IllegalStateException("finish before open");
    }
    if (state.results.length == 0 && state.deletedAt == null) {
      images.clear();
    } else {
      images.update(state);
    }
    Long next = ImageJoin.nextExpiry(state, startedAt, patience, orphanPatience);
    if (next != null) {
      // Rounded up, so that a result has waited its whole time.
      long at = Math.floorDiv(next, TIMER_STEP_MILLIS) * TIMER_STEP_MILLIS + TIMER_STEP_MILLIS;
      context.timerService().registerProcessingTimeTimer(at);
    }
    if (changed) {
      IndexDocument document = writer.write(context.getCurrentKey(), state);
      if (document != null) {
        out.collect(document);
      }
    }
  }

  private Refusal orphan(String imageId, ResultState result, long time) {
    Refusal refusal = new Refusal();
    refusal.code = OperatorErrorCode.IMAGE_RECORD_MISSING.code();
    refusal.message =
        "phrases of event "
            + result.eventId
            + ": "
            + result.phrases.length
            + " without the record of their image for "
            + Duration.ofMillis(orphanPatience)
            + " (expected: both topics hold all records of an event; has one lost the older ones,"
            + " or is it read from a later start?)";
    refusal.imageId = imageId;
    refusal.eventId = result.eventId;
    refusal.requestId = result.requestId;
    refusal.time = time;
    return refusal;
  }
}
