package io.groundstream.jobs.configuration;

import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** How a backfill is known again, and where it keeps what a resumed one needs. */
public final class BackfillOptions {
  public static final ConfigOption<String> NAME =
      ConfigOptions.key("backfill.name")
          .stringType()
          .defaultValue("backfill")
          .withDescription(
              "The run's name: letters, digits, dots, underscores and hyphens. To resume a run,"
                  + " or to take what has been added to its archive since, give its name again."
                  + " Also the default of job.name and, after groundstream-backfill-, of"
                  + " kafka.transactional-id-prefix.");

  public static final ConfigOption<String> STATE_DIRECTORY =
      ConfigOptions.key("backfill.state-directory")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The folder that keeps, for each run's name, its checkpoints while it is unfinished"
                  + " and the list of finished files afterwards. On a cluster a URI that all"
                  + " machines reach. Default: .groundstream/backfill in the home folder of whoever"
                  + " starts it.");

  private BackfillOptions() {}
}
