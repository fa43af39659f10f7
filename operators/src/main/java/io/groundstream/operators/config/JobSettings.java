package io.groundstream.operators.config;

import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checked {@link JobOptions}.
 *
 * @param parallelism null for Flink's default
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

  public JobSettings {
    flink = Map.copyOf(flink);
  }

  static JobSettings read(SettingsReader reader) {
    int most =
        reader.get(
            JobOptions.MAX_PARALLELISM,
            count -> count > 0 && count <= MOST_PARALLELISM,
            "1 to " + MOST_PARALLELISM);
    return new JobSettings(
        reader.get(JobOptions.NAME, text -> !text.isBlank(), "a name"),
        reader.find(
            JobOptions.PARALLELISM,
            count -> count > 0 && count <= most,
            "1 to " + most + ", which is " + JobOptions.MAX_PARALLELISM.key()),
        most,
        reader.get(JobOptions.CHECKPOINT_INTERVAL, time -> time.toMillis() >= 10, "at least 10 ms"),
        reader.under(JobOptions.FLINK_PREFIX));
  }
}
