package io.groundstream.console.cli;

import io.groundstream.jobs.configuration.Options;
import io.groundstream.operators.kafka.EventTopics;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.kafka.RegistrySettings;
import io.groundstream.operators.settings.InvalidConfigurationException;
import io.groundstream.operators.settings.SettingsReader;
import io.groundstream.schemas.TopicContract;
import java.util.EnumMap;
import java.util.Map;

/**
 * The part of a job's configuration about its schemas: the topics' names and the registry.
 *
 * @param topics the name of every topic
 */
public record SchemaSettings(Map<TopicContract, String> topics, RegistrySettings registry) {
  public SchemaSettings {
    topics = Map.copyOf(topics);
  }

  /**
   * Checks a configuration of any job.
   *
   * @param values the keys of {@link Options} with their values as text
   * @throws InvalidConfigurationException if a key is unknown or one of these values is not valid
   */
  public static SchemaSettings parse(Map<String, String> values)
      throws InvalidConfigurationException {
    return Options.parse(values, SchemaSettings::read);
  }

  private static SchemaSettings read(SettingsReader reader) {
    Map<TopicContract, String> topics = new EnumMap<>(TopicContract.class);
    topics.put(TopicContract.EVENTS, EventTopics.read(reader).first());
    topics.put(TopicContract.IMAGES, KafkaSettings.topic(reader, KafkaOptions.IMAGES_TOPIC));
    topics.put(TopicContract.PHRASES, KafkaSettings.topic(reader, KafkaOptions.PHRASES_TOPIC));
    topics.put(
        TopicContract.DEAD_LETTERS, KafkaSettings.topic(reader, KafkaOptions.DEAD_LETTERS_TOPIC));
    return new SchemaSettings(topics, RegistrySettings.read(reader));
  }

  /** Returns the name of a topic. */
  public String topic(TopicContract contract) {
    String name = topics.get(contract);
    if (name == null) {
      throw new IllegalStateException("no name for the topic of " + contract);
    }
    return name;
  }
}
