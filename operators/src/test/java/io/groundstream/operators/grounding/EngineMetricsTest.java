package io.groundstream.operators.grounding;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.Kosmos2;
import io.groundstream.kosmos2.Kosmos2Options;
import io.groundstream.kosmos2.engine.EngineCounter;
import io.groundstream.kosmos2.engine.EngineLevel;
import io.groundstream.kosmos2.engine.EngineTimer;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.LoadProgress;
import io.groundstream.kosmos2.text.Task;
import io.groundstream.operators.metrics.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

class EngineMetricsTest {
  private static final Path TINY =
      Path.of("../model-serving/kosmos2/src/test/resources/checkpoints/random-tiny");

  /** Keeps the gauges of all its groups by their names, with those of the groups before them. */
  private static final class Gauges extends UnregisteredMetricsGroup {
    private final String prefix;
    private final Map<String, Gauge<?>> all;

    Gauges(String prefix, Map<String, Gauge<?>> all) {
      this.prefix = prefix;
      this.all = all;
    }

    @Override
    public MetricGroup addGroup(String name) {
      return new Gauges(prefix + name + ".", all);
    }

    @Override
    public MetricGroup addGroup(String key, String value) {
      return new Gauges(prefix + key + "=" + value + ".", all);
    }

    @Override
    public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
      all.put(prefix + name, gauge);
      return gauge;
    }
  }

  private static Object value(Map<String, Gauge<?>> gauges, String name) {
    return Objects.requireNonNull(gauges.get("groundstream.engine.device=cpu." + name)).getValue();
  }

  @Test
  void whatTheEngineDidIsShown() throws Exception {
    Map<String, Gauge<?>> gauges = new HashMap<>();
    Kosmos2Options options =
        Kosmos2Options.builder(TINY).optDevice(DeviceSpec.CPU).optMaxBatchSize(3).build();
    try (Kosmos2 model = Kosmos2.load(options, LoadProgress.NONE)) {
      EngineMetrics.register(new Gauges("", gauges), model.statistics(), "cpu");
      assertThat(value(gauges, "answered")).isEqualTo(0L);
      int tokens =
          model
              .ground(
                  new GroundingRequest(
                      Task.PROMPT, "An image of", List.of(), null, new GenerationOptions(4, 0)))
              .get()
              .generatedIds()
              .length;
      assertThat(value(gauges, "answered")).isEqualTo(1L);
      assertThat(value(gauges, "newTokens")).isEqualTo((long) tokens);
      assertThat(value(gauges, "queueDepth")).isEqualTo(0L);
      assertThat((Long) value(gauges, "deviceMemoryBytes")).isPositive();
      assertThat((Double) value(gauges, "batchOccupancy")).isBetween(0.3, 0.34);
    }
  }

  /** The requests admitted are those of the queue's histogram; all else has a metric of its own. */
  @Test
  void allThatTheEngineCountsIsShownOnce() {
    List<Enum<?>> shown =
        Arrays.stream(Metric.values())
            .<Enum<?>>map(Metric::engineSource)
            .filter(Objects::nonNull)
            .toList();
    List<Enum<?>> counted = new ArrayList<>();
    counted.addAll(EnumSet.complementOf(EnumSet.of(EngineCounter.ADMITTED)));
    counted.addAll(List.of(EngineLevel.values()));
    counted.addAll(List.of(EngineTimer.values()));
    assertThat(shown).containsExactlyInAnyOrderElementsOf(counted);
  }
}
