package io.groundstream.operators.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.operators.archive.Archives.TarBuilder;
import io.groundstream.operators.archive.plan.ArchiveException;
import io.groundstream.operators.archive.plan.FinishedUnits;
import io.groundstream.operators.archive.settings.ArchiveSettings;
import io.groundstream.operators.event.EventRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveSourceITCase {
  @TempDir Path folder;

  private static StreamExecutionEnvironment environment() {
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(20));
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 100);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(1));
    return StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
  }

  private static List<EventRecord> read(ArchiveSettings settings) throws Exception {
    List<EventRecord> events = new ArrayList<>();
    try (CloseableIterator<EventRecord> iterator =
        environment()
            .fromSource(
                new ArchiveSource(settings, Archives.MAX_IMAGE_BYTES, FinishedUnits.none()),
                WatermarkStrategy.noWatermarks(),
                "Archive")
            .uid("archive")
            .executeAndCollect()) {
      iterator.forEachRemaining(events::add);
    }
    return events;
  }

  private static List<String> ids(List<EventRecord> events) {
    return events.stream()
        .map(
            event ->
                event.getKey() == null ? "" : new String(event.getKey(), StandardCharsets.UTF_8))
        .sorted()
        .toList();
  }

  @Test
  void readsFoldersAndShards() throws Exception {
    Map<String, byte[]> files = new LinkedHashMap<>();
    List<String> expected = new ArrayList<>();
    for (int shard = 0; shard < 3; shard++) {
      TarBuilder tar = new TarBuilder();
      for (int i = 0; i < 100; i++) {
        tar.file(i + ".jpg", Archives.image(i, 1000)).file(i + ".json", "{\"n\": " + i + "}");
        expected.add("shards/" + shard + "/" + i);
      }
      files.put("shards/" + shard + ".tar", tar.build());
    }
    for (int i = 0; i < 300; i++) {
      files.put("loose/" + i % 7 + "/" + i + ".png", Archives.image(i, 100));
      expected.add("loose/" + i % 7 + "/" + i);
    }
    files.put("loose/README.md", new byte[1]);
    files.put("loose/10:30 %41 #1?.jpg", new byte[1]);
    expected.add("loose/10:30 %41 #1?");
    Archives.write(folder, files);

    List<EventRecord> events = read(Archives.settings(folder.toString()));

    assertThat(events).allMatch(event -> event.getFailureCode() == null);
    assertThat(ids(events)).containsExactlyElementsOf(expected.stream().sorted().toList());
  }

  @Test
  void configurationMistakesFailTheJobWithoutRestarts() {
    assertThatThrownBy(() -> read(Archives.settings(folder.resolve("nowhere").toString())))
        .hasRootCauseInstanceOf(ArchiveException.class)
        .hasStackTraceContaining("nowhere (expected: a folder or file that exists)");
    assertThatThrownBy(() -> read(Archives.settings(folder.toString())))
        .hasStackTraceContaining("leads to no readable file");
  }

  /** Fails several times, each time a while after the previous failure. */
  private static final class Failing implements MapFunction<EventRecord, EventRecord> {
    private static final long serialVersionUID = 1L;
    private static final int FAILURES = 4;
    private static final AtomicInteger EVENTS = new AtomicInteger();
    private static final AtomicInteger DONE = new AtomicInteger();

    @Override
    public EventRecord map(EventRecord event) throws Exception {
      // Slow enough for several checkpoints between two failures.
      Thread.sleep(1);
      if (EVENTS.incrementAndGet() % 150 == 0 && DONE.get() < FAILURES) {
        DONE.incrementAndGet();
        throw new IllegalStateException("on purpose");
      }
      return event;
    }
  }

  @Test
  void eachEventIsEmittedOnceDespiteFailures() throws Exception {
    Map<String, byte[]> files = new LinkedHashMap<>();
    List<String> expected = new ArrayList<>();
    for (int shard = 0; shard < 4; shard++) {
      TarBuilder tar = new TarBuilder();
      for (int i = 0; i < 150; i++) {
        tar.file(i + ".jpg", Archives.image(i, 2000));
        expected.add("shards/" + shard + "/" + i);
      }
      byte[] bytes = tar.build();
      files.put("shards/" + shard + ".tar", shard == 3 ? Arrays.copyOf(bytes, 200_000) : bytes);
    }
    // The last shard is truncated; an entry has 2560 bytes.
    expected.removeIf(id -> id.startsWith("shards/3/") && number(id) >= 200_000 / 2560);
    expected.add("shard-truncated");
    for (int i = 0; i < 200; i++) {
      files.put("loose/" + i + ".jpg", Archives.image(i, 100));
      expected.add("loose/" + i);
    }
    Archives.write(folder, files);
    List<String> outcomes = new ArrayList<>();
    try (CloseableIterator<EventRecord> iterator =
        environment()
            .fromSource(
                new ArchiveSource(
                    Archives.settings(100_000, folder.toString()),
                    Archives.MAX_IMAGE_BYTES,
                    FinishedUnits.none()),
                WatermarkStrategy.noWatermarks(),
                "Archive")
            .uid("archive")
            .map(new Failing())
            .returns(EventRecord.class)
            .uid("failing")
            .executeAndCollect()) {
      iterator.forEachRemaining(
          event ->
              outcomes.add(
                  event.getFailureCode() == null
                      ? new String(event.getKey(), StandardCharsets.UTF_8)
                      : event.getFailureCode()));
    }

    assertThat(Failing.DONE).hasValue(Failing.FAILURES);
    assertThat(outcomes).containsExactlyInAnyOrderElementsOf(expected);
  }

  private static int number(String id) {
    return Integer.parseInt(id.substring(id.lastIndexOf('/') + 1));
  }
}
