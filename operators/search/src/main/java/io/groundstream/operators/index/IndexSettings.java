package io.groundstream.operators.index;

import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.kafka.RegistrySettings;
import io.groundstream.operators.output.ResultFormats;
import io.groundstream.operators.settings.JobOptions;
import io.groundstream.operators.settings.JobSettings;
import io.groundstream.operators.settings.SettingsReader;
import java.io.Serializable;
import java.time.Duration;

/**
 * The settings of an index job, checked as a whole.
 *
 * @param alias the alias that the job writes to
 * @param name the index that the job creates if the alias has none
 * @param create whether to create what is missing
 * @param givenBoxes whether boxes from prompts are indexed
 * @param stateTtl zero to keep state for ever
 * @param tombstones what records without a value mean
 */
public record IndexSettings(
    KafkaSettings kafka,
    RegistrySettings registry,
    ResultFormats formats,
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

  /** The default job name and consumer group. */
  private static final String JOB_NAME = "groundstream-index";

  /**
   * With more, their pairs exceed the number of nested documents that OpenSearch allows by default.
   */
  private static final int MOST_ENTITIES = 96;

  private static final String INDEX_NAME = "(?![-_+])[^A-Z\\\\/*?\"<>| ,#:]{1,200}";
  private static final String NAME_EXPECTED =
      "up to 200 characters without capitals, spaces, and any of \\ / * ? \" < > | , # :";

  /** Reads the settings, and reports problems to the reader. */
  public static IndexSettings read(SettingsReader reader) {
    reader.setDefault(KafkaOptions.GROUP_ID, JOB_NAME);
    reader.setDefault(JobOptions.NAME, JOB_NAME);
    IndexSettings settings =
        new IndexSettings(
            KafkaSettings.read(reader),
            RegistrySettings.read(reader),
            ResultFormats.read(reader),
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
    kafka.checkTransactions(reader, job);
  }
}
