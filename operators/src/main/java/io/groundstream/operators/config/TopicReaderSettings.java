package io.groundstream.operators.config;

import io.groundstream.model.image.ImageOptions;
import java.util.List;
import java.util.Map;

/**
 * What somebody has to know who reads the topics of a job without being a job: where they are, and
 * how to get at the pictures.
 *
 * @param allowedRoots the directories that URIs of events may point into
 * @param links which http and https URIs of events are followed
 * @param imageOptions what a picture may cost, and how it is decoded
 */
public record TopicReaderSettings(
    KafkaSettings kafka,
    RegistrySettings registry,
    List<String> allowedRoots,
    HttpFetchSettings links,
    ImageOptions imageOptions) {
  public TopicReaderSettings {
    allowedRoots = List.copyOf(allowedRoots);
  }

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
    SettingsReader reader = new SettingsReader(values);
    reader.rejectUnknownKeys();
    GroundingSettings grounding = GroundingSettings.read(reader);
    TopicReaderSettings settings =
        new TopicReaderSettings(
            KafkaSettings.read(reader),
            RegistrySettings.read(reader),
            grounding.allowedRoots(),
            grounding.links(),
            ModelSettings.readImageOptions(reader));
    reader.throwIfWrong();
    return settings;
  }
}
