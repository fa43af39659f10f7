package io.groundstream.operators.settings;

import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Options for running a job on Flink. */
public final class JobOptions {
  /** Keys with this prefix are Flink's own options. */
  public static final String FLINK_PREFIX = "flink.";

  public static final ConfigOption<String> NAME =
      ConfigOptions.key("job.name")
          .stringType()
          .defaultValue("groundstream-enrich")
          .withDescription("The job's name on Flink's pages.");

  public static final ConfigOption<Integer> PARALLELISM =
      ConfigOptions.key("job.parallelism")
          .intType()
          .noDefaultValue()
          .withDescription("The number of subtasks. Default: Flink's parallelism.default.");

  public static final ConfigOption<Integer> MAX_PARALLELISM =
      ConfigOptions.key("job.max-parallelism")
          .intType()
          .defaultValue(128)
          .withDescription(
              "The largest parallelism that the job's savepoints can be restored with. It must"
                  + " not change once a job has savepoints.");

  public static final ConfigOption<Duration> CHECKPOINT_INTERVAL =
      ConfigOptions.key("job.checkpoint-interval")
          .durationType()
          .defaultValue(Duration.ofSeconds(10))
          .withDescription(
              "How often the job saves its progress. With exactly-once delivery, results become"
                  + " visible after this time.");

  private JobOptions() {}
}
