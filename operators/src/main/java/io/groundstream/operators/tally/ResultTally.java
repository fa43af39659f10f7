package io.groundstream.operators.tally;

import static java.util.Objects.requireNonNull;

import io.groundstream.operators.deadletter.DeadLetters;
import io.groundstream.operators.event.EventNotes;
import io.groundstream.operators.metrics.Metric;
import io.groundstream.operators.metrics.MetricPlace;
import io.groundstream.operators.metrics.Metrics;
import io.groundstream.operators.output.EventCost;
import io.groundstream.operators.output.OutputRecord;
import io.groundstream.operators.output.OutputTopic;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Meter;
import org.apache.flink.metrics.MeterView;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.jspecify.annotations.Nullable;

/**
 * Counts results and passes them on to the sink. The counts are part of every checkpoint, so that a
 * resumed job continues them together with the results, exactly once. They are available as
 * accumulators, named by {@link Count}, and as metrics, with the rates of the last minute. The
 * remaining time is the source's remaining bytes divided by the rate of bytes.
 *
 * <p>Must directly follow the grounding operator, chained to it, because the records of an event
 * have to arrive consecutively.
 */
public final class ResultTally extends RichMapFunction<OutputRecord, OutputRecord>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 1L;
  private static final String STATE = "counts";
  private static final int RATE_SECONDS = 60;

  private transient Map<String, LongCounter> counters = new HashMap<>();
  private transient Map<String, Long> restored = Map.of();
  private transient @Nullable ListState<Map<String, Long>> state;
  private transient boolean failed;
  private transient @Nullable Meter imageRate;
  private transient @Nullable Meter byteRate;

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    counters = new HashMap<>();
    ListState<Map<String, Long>> opened =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>(STATE, Types.MAP(Types.STRING, Types.LONG)));
    state = opened;
    Map<String, Long> sums = new HashMap<>();
    for (Map<String, Long> part : opened.get()) {
      part.forEach((name, count) -> sums.merge(name, count, Long::sum));
    }
    restored = sums;
  }

  @Override
  public void open(OpenContext context) {
    restored.forEach(this::add);
    add(Count.RESTORED_PICTURES.key(), restored.getOrDefault(Count.PICTURES.key(), 0L));
    add(Count.RESTORED_SOURCE_BYTES.key(), restored.getOrDefault(Count.SOURCE_BYTES.key(), 0L));
    Metrics metrics = Metrics.of(MetricPlace.TALLY, getRuntimeContext().getMetricGroup());
    show(metrics, Metric.PICTURES, Count.PICTURES);
    show(metrics, Metric.FAILED_PICTURES, Count.FAILED_PICTURES);
    show(metrics, Metric.MODEL_CALLS, Count.MODEL_CALLS);
    show(metrics, Metric.SOURCE_BYTES, Count.SOURCE_BYTES);
    imageRate = metrics.meter(Metric.PICTURES_PER_SECOND, new MeterView(RATE_SECONDS));
    byteRate = metrics.meter(Metric.SOURCE_BYTES_PER_SECOND, new MeterView(RATE_SECONDS));
  }

  private void show(Metrics metrics, Metric metric, Count count) {
    LongCounter counter = counter(count.key());
    metrics.gauge(metric, counter::getLocalValuePrimitive);
  }

  @Override
  public OutputRecord map(OutputRecord record) {
    add(Count.of(record.getTopic()).key(), 1);
    if (record.getTopic() == OutputTopic.DEAD_LETTERS) {
      failed = true;
      add(Count.ofCode(DeadLetters.code(record)), 1);
    }
    EventCost cost = record.getCost();
    if (cost != null) {
      add(Count.PICTURES.key(), 1);
      add(Count.FAILED_PICTURES.key(), failed ? 1 : 0);
      add(Count.MODEL_CALLS.key(), cost.getModelCalls());
      add(Count.DEVICE_NANOS.key(), cost.getDeviceNanos());
      add(Count.SOURCE_BYTES.key(), cost.getSourceBytes());
      addNotes(cost.getNotes());
      mark(imageRate, 1);
      mark(byteRate, cost.getSourceBytes());
      failed = false;
    }
    return record;
  }

  private void addNotes(@Nullable EventNotes notes) {
    if (notes == null) {
      return;
    }
    for (int i = 0; i < notes.getCodes().length; i++) {
      String code = notes.getCodes()[i];
      add(Count.ofNote(code), notes.getCounts()[i]);
      String prefix = Count.ofExample(code, "");
      String example = prefix + notes.getExamples()[i];
      long examples = counters.keySet().stream().filter(name -> name.startsWith(prefix)).count();
      if (examples < Count.MOST_EXAMPLES && !counters.containsKey(example)) {
        add(example, 1);
      }
    }
  }

  private static void mark(@Nullable Meter meter, long count) {
    if (meter != null) {
      meter.markEvent(count);
    }
  }

  private void add(String name, long count) {
    counter(name).add(count);
  }

  private LongCounter counter(String name) {
    return counters.computeIfAbsent(
        name,
        any -> {
          LongCounter counter = new LongCounter();
          getRuntimeContext().addAccumulator(name, counter);
          return counter;
        });
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    Map<String, Long> counts = new HashMap<>();
    counters.forEach((name, counter) -> counts.put(name, counter.getLocalValuePrimitive()));
    counts.remove(Count.RESTORED_PICTURES.key());
    counts.remove(Count.RESTORED_SOURCE_BYTES.key());
    ListState<Map<String, Long>> opened = requireNonNull(state);
    opened.clear();
    opened.add(counts);
  }
}
