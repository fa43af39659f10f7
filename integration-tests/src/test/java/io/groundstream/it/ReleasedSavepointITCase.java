package io.groundstream.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.GroundedImage;
import io.groundstream.console.embedded.LocalFlink;
import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.jobs.enrich.EnrichmentJob;
import io.groundstream.schemas.EarlierSchemas;
import io.groundstream.schemas.SchemaRegistry;
import io.groundstream.schemas.SubjectNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that the current job continues from the savepoint of every release: the events in its
 * state, which exist nowhere else any more, and later events are answered exactly once, and earlier
 * events are not.
 */
final class ReleasedSavepointITCase {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** The prefix of the topics when the savepoints were written. */
  private static final String PREFIX = "faults";

  @TempDir private Path directory;

  static List<Path> released() throws IOException {
    try (Stream<Path> folders = Files.list(ReleasedSavepoint.FOLDER)) {
      return folders.sorted().toList();
    }
  }

  /**
   * Returns topics whose registry has the schemas of the time when the savepoint was written: the
   * events in the state refer to their schema by its identifier, that of the first registered
   * schema.
   */
  private static JobTopics topics(TestBroker kafka, TestRegistry registry) throws Exception {
    try (SchemaRegistry schemas = SchemaRegistry.connect(List.of(registry.url()), Map.of());
        InputStream first =
            requireNonNull(EarlierSchemas.class.getResourceAsStream("earlier/ImageEvent-1.avsc"))) {
      int unused =
          schemas.register(
              SubjectNames.ofValues(PREFIX + "-events"), new Schema.Parser().parse(first));
    }
    return JobTopics.create(PREFIX, kafka.bootstrapServers(), registry.url());
  }

  @ParameterizedTest
  @MethodSource("released")
  @Timeout(900)
  void everyReleasesSavepointIsRestored(Path savepoint) throws Exception {
    try (TestBroker kafka = TestBroker.start(directory.resolve("kafka"));
        TestRegistry registry = TestRegistry.start(directory.resolve("registry"));
        LocalFlink flink = LocalFlink.start(directory.resolve("flink"), /* slots= */ 3, 0);
        JobTopics topics = topics(kafka, registry)) {
      // In place of the events in the state, which are not read again.
      ReleasedSavepoint.publish(
          kafka.bootstrapServers(),
          topics,
          IntStream.range(0, ReleasedSavepoint.EVENTS).mapToObj(i -> "before-" + i).toList());
      Map<String, String> values = new HashMap<>(topics.configuration());
      values.put("kafka.bootstrap-servers", kafka.bootstrapServers());
      values.put("schema-registry.url", registry.url());
      values.put("model.checkpoint", ClusterITCase.CHECKPOINT.toAbsolutePath().toString());
      values.put("model.device", "cpu");
      values.put("job.parallelism", "3");
      values.put("job.checkpoint-interval", "500 ms");
      values.put("flink.restart-strategy.type", "none");
      // A plain path, because Flink does not decode a URI's escapes.
      values.put("flink.execution.state-recovery.path", savepoint.toAbsolutePath().toString());
      JobID job =
          flink.submit(EnrichmentJob.define(EnrichmentSettings.parse(values), new InstantModels()));
      List<String> expected = new ArrayList<>(ReleasedSavepoint.events());
      List<String> later = List.of("later-0", "later-1", "later-2", "later-3");
      ReleasedSavepoint.publish(kafka.bootstrapServers(), topics, later);
      expected.addAll(later);
      topics.readUntil(PATIENCE, () -> topics.images.size() >= expected.size());
      topics.readWhatElseComes();

      assertThat(topics.images)
          .extracting(GroundedImage::getEventId)
          .containsExactlyInAnyOrderElementsOf(expected);
      assertThat(flink.isRunning(job)).isTrue();
    }
  }
}
