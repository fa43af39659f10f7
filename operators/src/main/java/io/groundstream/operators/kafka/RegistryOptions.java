package io.groundstream.operators.kafka;

import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Where the schemas are. */
public final class RegistryOptions {
  /** Keys with this prefix are settings of Confluent's registry client. */
  public static final String PROPERTIES_PREFIX = "schema-registry.properties.";

  public static final ConfigOption<List<String>> URLS =
      ConfigOptions.key("schema-registry.url")
          .stringType()
          .asList()
          .noDefaultValue()
          .withDescription(
              "Where the Schema Registry listens, such as http://localhost:8081; several replicas"
                  + " are separated by semicolons.");

  public static final ConfigOption<Boolean> AUTO_REGISTER =
      ConfigOptions.key("schema-registry.auto-register")
          .booleanType()
          .defaultValue(true)
          .withDescription(
              "Whether the job registers its schemas and sets their subjects to FULL_TRANSITIVE."
                  + " If not, they are looked up, and one that is missing fails the job at start.");

  public static final ConfigOption<Duration> RETRY_TIMEOUT =
      ConfigOptions.key("schema-registry.retry-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "How long a registry that gives no answer is asked again before the job fails.");

  public static final ConfigOption<Duration> UNKNOWN_ID_TIMEOUT =
      ConfigOptions.key("schema-registry.unknown-id-timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(10))
          .withDescription(
              "How long a schema that the registry does not know is asked for again before its"
                  + " records become dead letters: a replica may learn of it later than its writer."
                  + " All this waiting takes half a minute of a thread in each minute at most, so"
                  + " that unknown schemas hold up no others.");

  public static final ConfigOption<Boolean> IGNORE_RECORD_NAMES =
      ConfigOptions.key("schema-registry.ignore-record-names")
          .booleanType()
          .defaultValue(true)
          .withDescription(
              "Whether records are known by their fields alone. Flink SQL, Kafka Connect, ksqlDB"
                  + " and generic serializers give records names of their own. If false, a record"
                  + " of another name than the contract's becomes a dead letter.");

  private RegistryOptions() {}
}
