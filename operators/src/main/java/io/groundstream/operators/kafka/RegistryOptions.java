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
              "The URL of the Schema Registry, such as http://localhost:8081. Separate several"
                  + " replicas by semicolons.");

  public static final ConfigOption<Boolean> AUTO_REGISTER =
      ConfigOptions.key("schema-registry.auto-register")
          .booleanType()
          .defaultValue(true)
          .withDescription(
              "Whether the job registers its schemas and sets the compatibility of their subjects."
                  + " If not, the job looks them up, and fails at start if one is missing.");

  public static final ConfigOption<Duration> RETRY_TIMEOUT =
      ConfigOptions.key("schema-registry.retry-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "How long the job retries a registry that gives no answer before it fails.");

  public static final ConfigOption<Duration> UNKNOWN_ID_TIMEOUT =
      ConfigOptions.key("schema-registry.unknown-id-timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(10))
          .withDescription(
              "How long the job asks again for a schema that the registry does not know, before"
                  + " records of that schema become dead letters. A replica may learn of a schema"
                  + " later than its writer does. In each minute a thread waits at most half a"
                  + " minute for unknown schemas, so they do not hold up other records.");

  public static final ConfigOption<Boolean> IGNORE_RECORD_NAMES =
      ConfigOptions.key("schema-registry.ignore-record-names")
          .booleanType()
          .defaultValue(true)
          .withDescription(
              "Whether the job recognises records by their fields alone. Flink SQL, Kafka Connect,"
                  + " ksqlDB and generic serializers give records names of their own. If false, a"
                  + " record with another name than the contract's becomes a dead letter.");

  private RegistryOptions() {}
}
