package io.groundstream.operators.format;

import static io.groundstream.operators.format.Formats.JPEG;
import static io.groundstream.operators.format.Formats.decoder;
import static io.groundstream.operators.format.Formats.event;
import static io.groundstream.operators.format.Formats.record;
import static io.groundstream.operators.format.Formats.refused;
import static io.groundstream.operators.format.Formats.withHeader;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.groundstream.avro.ImageEvent;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.settings.InvalidConfigurationException;
import io.groundstream.operators.settings.SettingsReader;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventFormatsTest {
  private static List<String> problems(Map<String, String> configuration) {
    SettingsReader reader = new SettingsReader(configuration);
    EventFormats.read(reader);
    return catchThrowableOfType(InvalidConfigurationException.class, reader::throwIfWrong)
        .problems();
  }

  @Test
  void avroIsTheDefaultAndStaysAsItWas() {
    EventDecoder avro = decoder(Map.of());
    ImageEvent event = ImageEvent.newBuilder().setEventId("e").build();

    assertThat(event(avro, record(Formats.avro(event)))).isEqualTo(event);
    assertThat(refused(avro, record(JPEG), "bad-magic"))
        .endsWith("this looks like a JPEG; set events.format: image");
    assertThat(refused(avro, record("{\"id\": 1}"), "bad-magic"))
        .endsWith("this looks like JSON; set events.format: json");
    assertThat(refused(avro, record("hello"), "bad-magic")).doesNotContain("looks like");
  }

  @Test
  void headersBecomeAttributesOfAvroToo() {
    EventDecoder avro = decoder(Map.of("events.attribute-headers", "camera"));
    ImageEvent event =
        ImageEvent.newBuilder().setEventId("e").setAttributes(Map.of("a", "1")).build();

    assertThat(event(avro, withHeader(record(Formats.avro(event)), "camera", "7")).getAttributes())
        .isEqualTo(Map.of("a", "1", "camera", "7"));
  }

  @Test
  void anotherFormatIsFoundOnTheClassPath() {
    EventDecoder reversed =
        decoder(Map.of("events.format", "reversed", "events.reversed.prefix", "p-"));

    assertThat(event(reversed, record("cba")).getEventId()).isEqualTo("p-abc");
    assertThat(EventFormats.options())
        .extracting(ConfigOption::key)
        .contains("events.reversed.prefix", "events.format", "events.json.image-uri")
        .doesNotHaveDuplicates();
  }

  @Test
  void wrongSettingsAreNamedAtTheStart() {
    assertThat(problems(Map.of("events.format", "xml")))
        .singleElement()
        .asString()
        .contains("events.format: xml")
        .contains("avro, image, json, cloudevents")
        .contains("reversed");
    assertThat(problems(Map.of("events.format", "json", "events.json.image-uri", "url")))
        .singleElement()
        .asString()
        .contains("events.json.image-uri: url")
        .contains("JSON Pointers");
    assertThat(problems(Map.of("events.format", "image", "events.envelope", "debezium")))
        .singleElement()
        .asString()
        .contains("events.envelope: debezium")
        .contains(
            "not set, or events.format: avro or json or cloudevents or"
                + " json-schema or protobuf");
    assertThat(problems(Map.of("events.format", "image", "events.json.max-bytes", "1 mb")))
        .singleElement()
        .asString()
        .isEqualTo(
            "events.json.max-bytes: 1 mb (expected: not set, or events.format: avro or json or"
                + " cloudevents or json-schema or protobuf)");
    assertThat(problems(Map.of("events.json.max-bytes", "1 mb")))
        .containsExactly(
            "events.json.max-bytes: 1 mb (expected: not set, or events.format: json or"
                + " cloudevents or json-schema or protobuf)");
    assertThat(problems(Map.of("events.format", "json", "events.json.max-bytes", "1 gb")))
        .singleElement()
        .asString()
        .contains("events.json.max-bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"avro", "image", "json", "cloudevents", "json-schema", "protobuf", "reversed"})
  void settingsTravelToTheCluster(String format) throws Exception {
    EventFormat.Opener opener =
        EventFormats.read(new SettingsReader(Map.of("events.format", format)));

    EventFormat.Opener copy =
        InstantiationUtil.deserializeObject(
            InstantiationUtil.serializeObject(opener), getClass().getClassLoader());

    assertThat(copy.open(Formats.context(Map.of()))).isNotNull();
    if (!format.equals("reversed")) {
      assertThat(copy).isEqualTo(opener);
    }
  }

  @Test
  void headersThatAreTooLargeAreLeftOut() {
    EventDecoder image =
        decoder(Map.of("events.format", "image", "events.attribute-headers", "small;large;next"));
    EventRecord record = withHeader(record(JPEG), "small", "1");
    record = withHeader(record, "large", "x".repeat(1 << 20));
    record = withHeader(record, "next", "2");

    ImageEvent event = event(image, record);

    assertThat(event.getAttributes()).isEqualTo(Map.of("small", "1", "next", "2"));
    assertThat(event.getOmittedAttributes())
        .singleElement()
        .satisfies(
            omitted -> {
              assertThat(omitted.getName()).isEqualTo("large");
              assertThat(omitted.getCode()).isEqualTo("attributes-too-large");
            });
  }
}
