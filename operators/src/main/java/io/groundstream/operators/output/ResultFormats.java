package io.groundstream.operators.output;

import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.settings.SettingsReader;
import io.groundstream.schemas.RecordFormat;
import io.groundstream.schemas.TopicContract;
import io.groundstream.schemas.TopicSchema;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.jspecify.annotations.Nullable;

/**
 * Checked {@link ResultOptions}.
 *
 * @param cloudEventSource the source of CloudEvents; null if records are none
 */
public record ResultFormats(
    RecordFormat images,
    RecordFormat phrases,
    RecordFormat deadLetters,
    @Nullable String cloudEventSource)
    implements Serializable {
  /** Avro everywhere, without headers. */
  public static final ResultFormats DEFAULT =
      new ResultFormats(RecordFormat.AVRO, RecordFormat.AVRO, RecordFormat.AVRO, null);

  /** Every record has it in a header. */
  private static final int MAX_SOURCE = 1024;

  /** Reads the settings, and notes what is wrong with them. */
  public static ResultFormats read(SettingsReader reader) {
    RecordFormat both = format(reader, ResultOptions.FORMAT);
    RecordFormat images = find(reader, ResultOptions.IMAGES);
    RecordFormat phrases = find(reader, ResultOptions.PHRASES);
    boolean cloudEvents = reader.get(ResultOptions.CLOUDEVENTS, any -> true, "true or false");
    String source =
        reader.get(
            ResultOptions.CLOUDEVENTS_SOURCE,
            ResultFormats::isReference,
            "a URI reference of at most " + MAX_SOURCE + " characters, such as /shop/enrichment");
    if (!cloudEvents && reader.isSet(ResultOptions.CLOUDEVENTS_SOURCE)) {
      reader.problem(
          ResultOptions.CLOUDEVENTS_SOURCE,
          "not set, or " + ResultOptions.CLOUDEVENTS.key() + ": true");
    }
    return new ResultFormats(
        images == null ? both : images,
        phrases == null ? both : phrases,
        format(reader, ResultOptions.DEAD_LETTERS),
        cloudEvents ? source : null);
  }

  /** Returns the topics of results with their formats. */
  public List<TopicSchema> schemas(String imagesTopic, String phrasesTopic, String deadLetters) {
    return List.of(
        new TopicSchema(TopicContract.IMAGES, imagesTopic, images),
        new TopicSchema(TopicContract.PHRASES, phrasesTopic, phrases),
        new TopicSchema(TopicContract.DEAD_LETTERS, deadLetters, this.deadLetters));
  }

  /** Returns the topics of results with their formats. */
  public List<TopicSchema> schemas(KafkaSettings kafka) {
    return schemas(kafka.imagesTopic(), kafka.phrasesTopic(), kafka.deadLettersTopic());
  }

  private static RecordFormat format(SettingsReader reader, ConfigOption<RecordFormat> option) {
    return reader.get(option, any -> true, expected());
  }

  private static @Nullable RecordFormat find(
      SettingsReader reader, ConfigOption<RecordFormat> option) {
    return reader.isSet(option) ? reader.find(option, any -> true, expected()) : null;
  }

  private static String expected() {
    return Arrays.stream(RecordFormat.values())
        .map(RecordFormat::toString)
        .collect(Collectors.joining(", "));
  }

  private static boolean isReference(String text) {
    try {
      URI unused = new URI(text);
      return !text.isEmpty() && text.length() <= MAX_SOURCE;
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
