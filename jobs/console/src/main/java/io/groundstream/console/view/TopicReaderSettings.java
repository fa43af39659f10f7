package io.groundstream.console.view;

import io.groundstream.images.ImageOptions;
import io.groundstream.jobs.configuration.Options;
import io.groundstream.operators.fetch.FetchSettings;
import io.groundstream.operators.grounding.ModelSettings;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.kafka.RegistrySettings;
import io.groundstream.operators.settings.InvalidConfigurationException;
import java.util.Map;

/**
 * What somebody has to know who reads the topics of a job without being a job: where they are, and
 * how to get at the pictures.
 *
 * @param fetching which URIs of events are followed
 * @param imageOptions what a picture may cost, and how it is decoded
 */
public record TopicReaderSettings(
    KafkaSettings kafka,
    RegistrySettings registry,
    FetchSettings fetching,
    ImageOptions imageOptions) {

  /**
   * Checks a configuration. It may be that of the job whose topics are read: other known keys mean
   * nothing here.
   *
   * @param values the keys of {@link Options} with their values as text
   * @throws InvalidConfigurationException if a key is unknown, a value impossible, or a required
   *     one missing; it tells all problems at once
   */
  public static TopicReaderSettings parse(Map<String, String> values)
      throws InvalidConfigurationException {
    return Options.parse(
        values,
        reader ->
            new TopicReaderSettings(
                KafkaSettings.read(reader),
                RegistrySettings.read(reader),
                FetchSettings.read(reader),
                ModelSettings.readImageOptions(reader)));
  }
}
