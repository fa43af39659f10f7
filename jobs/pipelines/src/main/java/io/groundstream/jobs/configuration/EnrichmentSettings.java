package io.groundstream.jobs.configuration;

import io.groundstream.operators.format.EventFormat;
import io.groundstream.operators.format.EventFormats;
import io.groundstream.operators.format.PerTopic;
import io.groundstream.operators.format.TopicOptions;
import io.groundstream.operators.grounding.GroundingSettings;
import io.groundstream.operators.grounding.ModelSettings;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.kafka.RegistrySettings;
import io.groundstream.operators.output.KafkaOutput;
import io.groundstream.operators.output.ResultFormats;
import io.groundstream.operators.settings.InvalidConfigurationException;
import io.groundstream.operators.settings.JobSettings;
import io.groundstream.operators.settings.SettingsReader;
import io.groundstream.operators.tracing.TraceSettings;
import io.groundstream.schemas.TopicContract;
import io.groundstream.schemas.TopicSchema;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The checked settings of an enrichment job.
 *
 * @param formats the formats of results
 * @param events opens decoders of the events' format
 * @param eventFormats the names of the events' formats
 */
public record EnrichmentSettings(
    KafkaSettings kafka,
    RegistrySettings registry,
    ResultFormats formats,
    EventFormat.Opener events,
    PerTopic<String> eventFormats,
    ModelSettings model,
    GroundingSettings grounding,
    TraceSettings traces,
    JobSettings job)
    implements Serializable {

  /**
   * Checks a configuration.
   *
   * @param values the keys of {@link Options} with their values as text
   * @throws InvalidConfigurationException if a key is unknown, a value invalid, or a required one
   *     missing; it reports all problems together
   */
  public static EnrichmentSettings parse(Map<String, String> values)
      throws InvalidConfigurationException {
    return Options.parse(values, EnrichmentSettings::read);
  }

  private static EnrichmentSettings read(SettingsReader reader) {
    KafkaSettings kafka = KafkaSettings.read(reader);
    EnrichmentSettings settings =
        new EnrichmentSettings(
            kafka,
            RegistrySettings.read(reader),
            ResultFormats.read(reader),
            EventFormats.only(kafka.events(), EventFormats.read(reader)),
            EventFormats.names(reader),
            ModelSettings.read(reader),
            GroundingSettings.read(reader),
            TraceSettings.read(reader),
            JobSettings.read(reader));
    kafka.checkTransactions(reader, settings.job());
    TopicOptions.check(reader, kafka.events());
    return settings;
  }

  /** Returns the topics that are named, with the formats of their records. */
  public List<TopicSchema> schemas() {
    List<TopicSchema> schemas = new ArrayList<>();
    for (String topic : kafka.events().names()) {
      schemas.add(new TopicSchema(TopicContract.EVENTS, topic, eventFormats.of(topic)));
    }
    schemas.addAll(formats.schemas(kafka));
    return schemas;
  }

  /** Returns the destination of the results. */
  public KafkaOutput output() {
    return new KafkaOutput(kafka, registry, formats, /* readsEvents= */ true);
  }
}
