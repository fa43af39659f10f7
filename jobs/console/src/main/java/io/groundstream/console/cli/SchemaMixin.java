package io.groundstream.console.cli;

import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.ConfigurationMixin;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.kafka.RegistryOptions;
import io.groundstream.operators.kafka.RegistrySettings;
import io.groundstream.schemas.SchemaRegistry;
import io.groundstream.schemas.TopicContract;
import io.groundstream.schemas.TopicSchema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.ConfigOption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The schemas and their registry, from a job's configuration or from options. */
final class SchemaMixin {
  private static final String DEFAULT_URL = "http://localhost:8081";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Mixin private ConfigurationMixin configuration;

  @Option(
      names = "--schema-registry",
      paramLabel = "URL[,…]",
      description =
          "Schema Registry with Confluent's API, in place of the configuration's (default: "
              + DEFAULT_URL
              + "). Apicurio has it under /apis/ccompat/v7.")
  private @Nullable String schemaRegistry;

  @Option(
      names = "--registry-property",
      paramLabel = "KEY=VALUE",
      description =
          "A setting of the registry client, such as basic.auth.user.info=USER:PASSWORD."
              + " Repeatable.")
  private Map<String, String> registryProperties = new LinkedHashMap<>();

  @Parameters(
      paramLabel = "TOPIC",
      arity = "0..*",
      description = "events, images, phrases or dead-letters (default: all of them).")
  private List<String> names = List.of();

  private @Nullable SchemaSettings settings;

  /** Returns the topics of the command line, with the formats that are configured. */
  List<TopicSchema> topics() throws CommandException {
    List<TopicContract> contracts = names.stream().map(this::contract).toList();
    List<TopicSchema> topics =
        settings().topics().stream()
            .filter(topic -> contracts.isEmpty() || contracts.contains(topic.contract()))
            .toList();
    if (topics.isEmpty()) {
      // All other topics have names.
      throw new ParameterException(
          spec.commandLine(),
          "events: only a pattern, "
              + KafkaOptions.EVENTS_PATTERN.key()
              + " (expected: topics by name in "
              + KafkaOptions.EVENTS_TOPICS.key()
              + ")");
    }
    return topics;
  }

  private TopicContract contract(String name) {
    for (TopicContract contract : TopicContract.values()) {
      if (contract.toString().equals(name)) {
        return contract;
      }
    }
    throw new ParameterException(
        spec.commandLine(),
        "TOPIC: " + name + " (expected: events, images, phrases or dead-letters)");
  }

  /** Returns the value of an option of the configuration, or another one if it is not set. */
  String value(ConfigOption<?> option, String other) throws CommandException {
    return configuration.values().getOrDefault(option.key(), other);
  }

  /** Returns the values of the configuration's keys with a prefix, by the rest of the key. */
  Map<String, String> under(String prefix) throws CommandException {
    Map<String, String> found = new TreeMap<>();
    configuration
        .values()
        .forEach(
            (key, value) -> {
              if (key.startsWith(prefix)) {
                found.put(key.substring(prefix.length()), value);
              }
            });
    return found;
  }

  /** Returns the settings of the registry client. */
  Map<String, String> registryProperties() throws CommandException {
    return settings().registry().properties();
  }

  /** Returns the URLs of the registry. */
  String urls() throws CommandException {
    return String.join(", ", settings().registry().urls());
  }

  SchemaRegistry connect() throws CommandException {
    RegistrySettings registry = settings().registry();
    try {
      return SchemaRegistry.connect(registry.urls(), registry.properties());
    } catch (RuntimeException e) {
      throw new CommandException(
          RegistryOptions.URLS.key() + ": " + urls() + ": " + e.getMessage(), e);
    }
  }

  private SchemaSettings settings() throws CommandException {
    if (settings == null) {
      Map<String, String> values = configuration.values();
      if (schemaRegistry != null) {
        values.put(RegistryOptions.URLS.key(), schemaRegistry.replace(',', ';'));
      }
      values.putIfAbsent(RegistryOptions.URLS.key(), DEFAULT_URL);
      registryProperties.forEach(
          (key, value) -> values.put(RegistryOptions.PROPERTIES_PREFIX + key, value));
      settings = configuration.settings(values, SchemaSettings::parse);
    }
    return settings;
  }
}
