package io.groundstream.operators.config;

import java.io.Serializable;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.connector.base.DeliveryGuarantee;

/**
 * All that an index job has to know, checked as a whole.
 *
 * @param alias what is written to
 * @param name the index that is created behind the alias if there is none
 * @param create whether to create what is missing
 * @param givenBoxes whether boxes that were given in prompts are indexed
 * @param stateTtl zero for never forgetting
 * @param tombstones what records without a value mean
 */
public record IndexSettings(
    KafkaSettings kafka,
    RegistrySettings registry,
    IndexConnectionSettings connection,
    String alias,
    String name,
    boolean create,
    BulkSettings bulk,
    boolean givenBoxes,
    int maxEntities,
    Duration incompleteTimeout,
    Duration orphanTimeout,
    Duration stateTtl,
    KafkaOptions.Tombstones tombstones,
    JobSettings job)
    implements Serializable {

  /** What the options that all jobs share are by default in this one. */
  private static final String JOB_NAME = "groundstream-index";

  /** With more, their pairs are more nested documents than OpenSearch takes by default. */
  private static final int MOST_ENTITIES = 96;

  private static final String INDEX_NAME = "(?![-_+])[^A-Z\\\\/*?\"<>| ,#:]{1,200}";
  private static final String NAME_EXPECTED =
      "up to 200 characters without capitals, spaces, and any of \\ / * ? \" < > | , # :";

  /**
   * Checks a configuration.
   *
   * @param values the keys of {@link Options} with their values as text
   * @throws InvalidConfigurationException if a key is unknown, a value impossible, or a required
   *     one missing; it tells all problems at once
   */
  public static IndexSettings parse(Map<String, String> values)
      throws InvalidConfigurationException {
    Map<String, String> all = new HashMap<>(values);
    all.putIfAbsent(KafkaOptions.GROUP_ID.key(), JOB_NAME);
    all.putIfAbsent(JobOptions.NAME.key(), JOB_NAME);
    SettingsReader reader = new SettingsReader(all);
    reader.rejectUnknownKeys();
    IndexSettings settings =
        new IndexSettings(
            KafkaSettings.read(reader),
            RegistrySettings.read(reader),
            IndexConnectionSettings.read(reader),
            reader.get(IndexOptions.ALIAS, text -> text.matches(INDEX_NAME), NAME_EXPECTED),
            reader.get(IndexOptions.NAME, text -> text.matches(INDEX_NAME), NAME_EXPECTED),
            reader.get(IndexOptions.CREATE, any -> true, "true or false"),
            BulkSettings.read(reader),
            reader.get(IndexOptions.GIVEN_BOXES, any -> true, "true or false"),
            reader.get(
                IndexOptions.MAX_ENTITIES,
                count -> count >= 1 && count <= MOST_ENTITIES,
                "1 to " + MOST_ENTITIES),
            reader.get(IndexOptions.INCOMPLETE_TIMEOUT, IndexSettings::isPositive, "> 0"),
            reader.get(IndexOptions.ORPHAN_TIMEOUT, IndexSettings::isPositive, "> 0"),
            reader.get(IndexOptions.STATE_TTL, time -> !time.isNegative(), ">= 0"),
            reader.get(KafkaOptions.TOMBSTONES, any -> true, "skip or delete"),
            JobSettings.read(reader));
    settings.checkTogether(reader);
    reader.throwIfWrong();
    return settings;
  }

  private static boolean isPositive(Duration time) {
    return !time.isNegative() && !time.isZero();
  }

  private void checkTogether(SettingsReader reader) {
    if (alias.equals(name)) {
      reader.problem(IndexOptions.NAME, "another name than that of " + IndexOptions.ALIAS.key());
    }
    if (!stateTtl.isZero()
        && (stateTtl.compareTo(incompleteTimeout) <= 0 || stateTtl.compareTo(orphanTimeout) <= 0)) {
      reader.problem(
          IndexOptions.STATE_TTL,
          "0, or more than "
              + IndexOptions.INCOMPLETE_TIMEOUT.key()
              + " and "
              + IndexOptions.ORPHAN_TIMEOUT.key());
    }
    if (kafka.deliveryGuarantee() == DeliveryGuarantee.EXACTLY_ONCE
        && kafka.transactionTimeout().compareTo(job.checkpointInterval()) <= 0) {
      reader.problem(
          KafkaOptions.TRANSACTION_TIMEOUT,
          "more than " + JobOptions.CHECKPOINT_INTERVAL.key() + ", with time for a restart");
    }
  }
}
