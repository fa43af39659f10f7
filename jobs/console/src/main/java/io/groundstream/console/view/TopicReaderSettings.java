package io.groundstream.console.view;

import io.groundstream.images.ImageOptions;
import io.groundstream.jobs.configuration.Options;
import io.groundstream.operators.fetch.FetchSettings;
import io.groundstream.operators.format.EventFormat;
import io.groundstream.operators.format.EventFormats;
import io.groundstream.operators.grounding.ModelSettings;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.kafka.RegistrySettings;
import io.groundstream.operators.settings.InvalidConfigurationException;
import java.util.Map;

/**
 * Where the topics of a job are and how its images are fetched, for a reader that is not the job.
 *
 * @param events opens decoders of the events' format
 * @param fetching which URIs of events are followed
 * @param imageOptions the limits of an image, and how it is decoded
 */
public record TopicReaderSettings(
    KafkaSettings kafka,
    RegistrySettings registry,
    EventFormat.Opener events,
    FetchSettings fetching,
    ImageOptions imageOptions) {

  /**
   * Checks a configuration. It may be that of the job whose topics are read: known keys that do not
   * matter here are ignored.
   *
   * @param values the keys of {@link Options} with their values as text
   * @throws InvalidConfigurationException if a key is unknown, a value not valid, or a required one
   *     missing; the message lists all problems
   */
  public static TopicReaderSettings parse(Map<String, String> values)
      throws InvalidConfigurationException {
    return Options.parse(
        values,
        reader ->
            new TopicReaderSettings(
                KafkaSettings.read(reader),
                RegistrySettings.read(reader),
                EventFormats.read(reader),
                FetchSettings.read(reader),
                ModelSettings.readImageOptions(reader)));
  }
}
