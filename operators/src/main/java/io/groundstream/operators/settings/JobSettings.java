package io.groundstream.operators.settings;

import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checked {@link JobOptions}.
 *
 * @param parallelism the number of subtasks; null for Flink's default
 * @param flink Flink's own options
 */
public record JobSettings(
    String name,
    @Nullable Integer parallelism,
    int maxParallelism,
    Duration checkpointInterval,
    Map<String, String> flink)
    implements Serializable {

  private static final int MOST_PARALLELISM = 1 << 15;

  /** Flink's options that the job sets itself, with what to use instead. */
  private static final Map<String, String> OWNED =
      Map.of(
          "pipeline.name", "use " + JobOptions.NAME.key(),
          "parallelism.default", "use " + JobOptions.PARALLELISM.key(),
          "pipeline.max-parallelism", "use " + JobOptions.MAX_PARALLELISM.key(),
          "execution.checkpointing.interval", "use " + JobOptions.CHECKPOINT_INTERVAL.key(),
          "execution.checkpointing.mode", "nothing, it is fixed",
          "pipeline.generic-types", "nothing, it is fixed");

  public JobSettings {
    flink = Map.copyOf(flink);
  }

  /** Reads the settings, and reports their problems to the reader. */
  public static JobSettings read(SettingsReader reader) {
    int most =
        reader.get(
            JobOptions.MAX_PARALLELISM,
            count -> count > 0 && count <= MOST_PARALLELISM,
            "1 to " + MOST_PARALLELISM);
    Map<String, String> flink = reader.under(JobOptions.FLINK_PREFIX);
    flink.forEach(
        (key, value) -> {
          String instead = OWNED.get(key);
          if (instead != null) {
            reader.problem(JobOptions.FLINK_PREFIX + key, value, instead);
          }
        });
    return new JobSettings(
        reader.get(JobOptions.NAME, text -> !text.isBlank(), "a name"),
        reader.find(
            JobOptions.PARALLELISM,
            count -> count > 0 && count <= most,
            "1 to " + most + ", which is " + JobOptions.MAX_PARALLELISM.key()),
        most,
        reader.get(JobOptions.CHECKPOINT_INTERVAL, time -> time.toMillis() >= 10, "at least 10 ms"),
        flink);
  }
}
