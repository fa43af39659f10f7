package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The long version of {@link RestartITCase}, run only by name: restarts a job, resubmits it and
 * changes its model any number of times, and records the task manager's resources after each step.
 * {@code README.md} lists its properties.
 */
class RestartRun {
  private static final String PREFIX = "groundstream.restarts.";

  /** The share of steps of each kind until code is compiled and memory use is stable. */
  private static final double WARM_UP = 0.2;

  private static final double MOST_GROWTH = 1.1;

  /** The number of steps below which growth is not significant. */
  private static final int LEAST_TIMES = 10;

  @TempDir private Path folder;

  /** A repeated step. */
  private interface Step {
    void run() throws Exception;
  }

  @Test
  void nothingIsLeftBehindHoweverOftenTheJobStarts() throws Exception {
    int restarts = Integer.getInteger(PREFIX + "restarts", 50);
    int submissions = Integer.getInteger(PREFIX + "submissions", 20);
    int models = Integer.getInteger(PREFIX + "models", 10);
    Path out = Path.of(System.getProperty(PREFIX + "folder", "target/restarts"));
    try (TaskManagerWatch watch = TaskManagerWatch.start(folder, out.resolve("logs"), Map.of())) {
      // Fills the model's cache of image features, which has a limit.
      watch.answer(200);
      Path[] checkpoints = {watch.otherCheckpoint("other"), ClusterITCase.CHECKPOINT};
      TaskManagerWatch.Sample restarted = repeat(watch, out, "restarts", restarts, watch::restart);
      assertThat(restarted.loads()).isEqualTo(1);
      TaskManagerWatch.Sample submitted =
          repeat(watch, out, "submissions", submissions, watch::submitAgain);
      assertThat(submitted.loads()).isEqualTo(1);
      int[] next = {0};
      TaskManagerWatch.Sample changed =
          repeat(
              watch,
              out,
              "models",
              models,
              () -> watch.changeModel(checkpoints[next[0]++ % checkpoints.length]));
      assertThat(changed.loads()).isEqualTo(1 + models);
      watch.awaitReleases(models);
      watch.verify();
    }
  }

  private static TaskManagerWatch.Sample repeat(
      TaskManagerWatch watch, Path out, String name, int times, Step step) throws Exception {
    TaskManagerWatch.Sample sample = watch.sample();
    try (Figures figures =
        new Figures(
            out.resolve(name + ".csv"),
            name,
            "resident_mib",
            "live_heap_mib",
            "threads",
            "loads",
            "class_loaders")) {
      for (int done = 0; done <= times; done++) {
        if (done > 0) {
          step.run();
          sample = watch.sample();
        }
        figures.add(
            done,
            sample.residentMebibytes(),
            sample.liveHeapMebibytes(),
            sample.threads(),
            (double) sample.loads(),
            (double) sample.classLoaders());
        System.out.printf(Locale.ROOT, "%s %d: %s%n", name, done, sample);
      }
      figures.plot(
          out.resolve(name + ".svg"),
          "A task manager after " + name,
          List.of(
              List.of("resident_mib"),
              List.of("live_heap_mib"),
              List.of("threads"),
              List.of("loads", "class_loaders")));
      for (String column : List.of("resident_mib", "live_heap_mib", "threads")) {
        if (times < LEAST_TIMES) {
          break;
        }
        assertThat(figures.median(column, 1 - WARM_UP, 1))
            .as("%s after %d %s", column, times, name)
            .isLessThan(MOST_GROWTH * figures.median(column, WARM_UP, 2 * WARM_UP));
      }
      watch.awaitClassLoaders(1);
      return sample;
    } catch (Throwable e) {
      e.addSuppressed(new AssertionError(watch.toString()));
      throw e;
    }
  }
}
