package io.groundstream.jobs.configuration;

import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Options for a backfill's name and for the state that a resumed run needs. */
public final class BackfillOptions {
  public static final ConfigOption<String> NAME =
      ConfigOptions.key("backfill.name")
          .stringType()
          .defaultValue("backfill")
          .withDescription(
              "The run's name: letters, digits, dots, underscores and hyphens. Give the same"
                  + " name to resume a run, or to process what has been added to its archive"
                  + " since. It is also the default of job.name and, after groundstream-backfill-,"
                  + " of kafka.transactional-id-prefix.");

  public static final ConfigOption<String> STATE_DIRECTORY =
      ConfigOptions.key("backfill.state-directory")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The folder that keeps, for each run's name, the checkpoints of an unfinished run"
                  + " and the list of finished files afterwards. On a cluster, use a URI that all"
                  + " machines can reach. Default: .groundstream/backfill in the home folder of"
                  + " the user that starts the run.");

  private BackfillOptions() {}
}
