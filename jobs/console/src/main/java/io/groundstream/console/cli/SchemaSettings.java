package io.groundstream.console.cli;

import io.groundstream.jobs.configuration.Options;
import io.groundstream.operators.format.EventFormats;
import io.groundstream.operators.format.PerTopic;
import io.groundstream.operators.kafka.EventTopics;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.kafka.RegistrySettings;
import io.groundstream.operators.output.ResultFormats;
import io.groundstream.operators.settings.InvalidConfigurationException;
import io.groundstream.operators.settings.SettingsReader;
import io.groundstream.schemas.TopicContract;
import io.groundstream.schemas.TopicSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The part of a job's configuration about its schemas: the topics with their formats, and the
 * registry.
 *
 * @param topics the named topics, those of events first
 */
public record SchemaSettings(List<TopicSchema> topics, RegistrySettings registry) {
  public SchemaSettings {
    topics = List.copyOf(topics);
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
    List<TopicSchema> topics = new ArrayList<>();
    PerTopic<String> formats = EventFormats.names(reader);
    for (String topic : EventTopics.read(reader).names()) {
      topics.add(new TopicSchema(TopicContract.EVENTS, topic, formats.of(topic)));
    }
    topics.addAll(
        ResultFormats.read(reader)
            .schemas(
                KafkaSettings.topic(reader, KafkaOptions.IMAGES_TOPIC),
                KafkaSettings.topic(reader, KafkaOptions.PHRASES_TOPIC),
                KafkaSettings.topic(reader, KafkaOptions.DEAD_LETTERS_TOPIC)));
    return new SchemaSettings(topics, RegistrySettings.read(reader));
  }
}
