package io.groundstream.operators.config;

import java.io.Serializable;
import java.util.Map;
import org.apache.flink.connector.base.DeliveryGuarantee;

/** All that an enrichment job has to know, checked as a whole. */
public record EnrichmentSettings(
    KafkaSettings kafka,
    RegistrySettings registry,
    ModelSettings model,
    GroundingSettings grounding,
    TraceSettings traces,
    JobSettings job)
    implements Serializable {

  /**
   * Checks a configuration.
   *
   * @param values the keys of {@link Options} with their values as text
   * @throws InvalidConfigurationException if a key is unknown, a value impossible, or a required
   *     one missing; it tells all problems at once
   */
  public static EnrichmentSettings parse(Map<String, String> values)
      throws InvalidConfigurationException {
    SettingsReader reader = new SettingsReader(values);
    reader.rejectUnknownKeys();
    EnrichmentSettings settings =
        new EnrichmentSettings(
            KafkaSettings.read(reader),
            RegistrySettings.read(reader),
            ModelSettings.read(reader),
            GroundingSettings.read(reader),
            TraceSettings.read(reader),
            JobSettings.read(reader));
    checkTransactions(reader, settings.kafka(), settings.job());
    reader.throwIfWrong();
    return settings;
  }

  /** Returns where results go. */
  public KafkaOutput output() {
    return new KafkaOutput(kafka, registry, /* readsEvents= */ true);
  }

  /** Notes it if Kafka would give up on transactions before checkpoints commit them. */
  static void checkTransactions(SettingsReader reader, KafkaSettings kafka, JobSettings job) {
    if (kafka.deliveryGuarantee() == DeliveryGuarantee.EXACTLY_ONCE
        && kafka.transactionTimeout().compareTo(job.checkpointInterval()) <= 0) {
      reader.problem(
          KafkaOptions.TRANSACTION_TIMEOUT,
          "more than " + JobOptions.CHECKPOINT_INTERVAL.key() + ", with time for a restart");
    }
  }
}
