package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests what a task manager keeps when its job starts again: the model, whose weights are loaded
 * once however often the job restarts or is resubmitted, and none of the class loaders of earlier
 * submissions. {@link RestartRun} repeats this more often and also checks memory.
 */
class RestartITCase {
  @TempDir private Path folder;

  @Test
  @Timeout(600)
  void theModelOutlivesJobsUntilAnotherOneIsConfigured() throws Exception {
    // With traces, whose threads and connections must also end with each job.
    try (TraceCollector collector = TraceCollector.start();
        TaskManagerWatch watch =
            TaskManagerWatch.start(
                folder,
                Path.of("target", "restart-logs"),
                Map.of("traces.otlp-endpoint", collector.url()))) {
      String before = watch.newestModel();
      watch.restart();
      watch.submitAgain();
      TaskManagerWatch.Sample restarted = watch.sample();
      assertThat(restarted.loads()).as("loads for all subtasks and starts").isEqualTo(1);
      assertThat(watch.releases()).as("models released").isZero();
      assertThat(watch.revisions()).containsExactly(before);

      watch.changeModel(watch.otherCheckpoint("other"));
      TaskManagerWatch.Sample changed = watch.sample();
      assertThat(changed.loads()).as("loads with another model").isEqualTo(2);
      assertThat(watch.newestModel()).startsWith("other ").isNotEqualTo(before);
      assertThat(watch.revisions()).containsExactlyInAnyOrder(before, watch.newestModel());
      // Only that of the running job, out of three submitted jobs.
      watch.awaitClassLoaders(1);
      watch.awaitReleases(1);
      // Each job sent its remaining spans when it ended, with its own sender.
      assertThat(collector.instances()).hasSizeGreaterThanOrEqualTo(3);
      watch.verify();
    }
  }
}
