package io.groundstream.console.cli;

import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.enrich.FailureReasons;
import io.groundstream.operators.kafka.AccessRefusedException;
import io.groundstream.operators.kafka.CertainFailures;
import io.groundstream.operators.kafka.KafkaClients;
import io.groundstream.operators.kafka.KafkaNeeds;
import io.groundstream.operators.kafka.KafkaRights;
import io.groundstream.schemas.SchemaRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Option;

/** The addresses of brokers and registry, and the settings of their clients. */
final class ConnectionOptions {
  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT[,…]",
      defaultValue = "localhost:9092",
      description = "Kafka's brokers (default: ${DEFAULT-VALUE}).")
  private String bootstrapServers;

  @Option(
      names = "--schema-registry",
      paramLabel = "URL[,…]",
      defaultValue = "http://localhost:8081",
      description =
          "Schema Registry with Confluent's API (default: ${DEFAULT-VALUE}). Apicurio has it under"
              + " /apis/ccompat/v7.")
  private String schemaRegistry;

  @Option(
      names = "--property",
      paramLabel = "KEY=VALUE",
      description =
          "A setting of the Kafka client, such as security.protocol=SASL_SSL. Repeatable.")
  private Map<String, String> properties = new LinkedHashMap<>();

  @Option(
      names = "--registry-property",
      paramLabel = "KEY=VALUE",
      description =
          "A setting of the registry client, such as basic.auth.user.info=USER:PASSWORD."
              + " Repeatable.")
  private Map<String, String> registryProperties = new LinkedHashMap<>();

  String bootstrapServers() {
    return bootstrapServers;
  }

  String schemaRegistry() {
    return schemaRegistry;
  }

  Map<String, String> properties() {
    return properties;
  }

  Map<String, String> registryProperties() {
    return registryProperties;
  }

  /** Returns what makes Kafka's clients as the user wants them. */
  KafkaClients kafka() {
    return KafkaClients.ofCommand(bootstrapServers, properties);
  }

  /**
   * Checks that the brokers allow everything that a command needs.
   *
   * @throws CommandException if they do not; the message lists everything that they refuse
   */
  void checkRights(KafkaNeeds needs) throws CommandException {
    try {
      KafkaRights.check(kafka(), needs);
    } catch (AccessRefusedException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted", e);
    }
  }

  /** Returns the failure for the user: what brokers refuse, or the root cause. */
  CommandException failure(String what, KafkaException failure, KafkaNeeds needs)
      throws CommandException {
    if (CertainFailures.isCertain(failure)) {
      // The exception names neither principal nor operation.
      checkRights(needs);
    }
    return new CommandException(
        what + " at " + bootstrapServers + ": " + FailureReasons.of(failure), failure);
  }

  SchemaRegistry connectRegistry() throws CommandException {
    try {
      return SchemaRegistry.connect(List.of(schemaRegistry.split(",", -1)), registryProperties);
    } catch (RuntimeException e) {
      throw new CommandException("--schema-registry: " + schemaRegistry + ": " + e.getMessage(), e);
    }
  }
}
