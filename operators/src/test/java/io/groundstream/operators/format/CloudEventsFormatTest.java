package io.groundstream.operators.format;

import static io.groundstream.operators.format.Formats.JPEG;
import static io.groundstream.operators.format.Formats.decoder;
import static io.groundstream.operators.format.Formats.event;
import static io.groundstream.operators.format.Formats.image;
import static io.groundstream.operators.format.Formats.record;
import static io.groundstream.operators.format.Formats.refused;
import static io.groundstream.operators.format.Formats.withHeader;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.groundstream.avro.ImageEvent;
import io.groundstream.operators.event.EventRecord;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloudEventsFormatTest {
  private static final String STRUCTURED = "application/cloudevents+json; charset=UTF-8";
  private final EventDecoder decoder = decoder("cloudevents");

  private static EventRecord binary(String type, byte[] data) {
    EventRecord record = record(data);
    withHeader(record, "ce_specversion", "1.0");
    withHeader(record, "ce_id", "event-1");
    withHeader(record, "ce_source", "/gates/7");
    withHeader(record, "ce_type", "org.example.picture");
    return type.isEmpty() ? record : withHeader(record, "content-type", type);
  }

  private static EventRecord structured(String document) {
    return withHeader(record(document), "content-type", STRUCTURED);
  }

  private static EventRecord structured(String context, String data) {
    return structured(
        "{\"specversion\":\"1.0\",\"id\":\"event-1\",\"source\":\"/gates/7\",\"type\":\"t\""
            + context
            + data
            + "}");
  }

  @Test
  void binaryModeHasTheImageAsItsValue() {
    EventRecord record = binary("image/jpeg", JPEG);
    withHeader(record, "ce_subject", "image-1");
    withHeader(record, "ce_time", "2026-01-31T12:00:00.5Z");

    ImageEvent event = event(decoder, record);

    assertThat(image(event)).isEqualTo(JPEG);
    assertThat(event.getEventId()).isEqualTo("event-1");
    assertThat(event.getImageId()).isEqualTo("image-1");
    assertThat(event.getEventTime()).isEqualTo(Instant.parse("2026-01-31T12:00:00.500Z"));
  }

  @Test
  void structuredModeHasTheImageInBase64() {
    ImageEvent event =
        event(
            decoder,
            structured(
                ",\"subject\":\"image-1\",\"time\":\"2026-01-31T12:00:00Z\","
                    + "\"datacontenttype\":\"image/jpeg\"",
                ",\"data_base64\":\"" + Base64.getEncoder().encodeToString(JPEG) + "\""));

    assertThat(image(event)).isEqualTo(JPEG);
    assertThat(event.getImageId()).isEqualTo("image-1");
    assertThat(event.getEventTime()).isEqualTo(Instant.parse("2026-01-31T12:00:00Z"));
  }

  @Test
  void jsonDataIsReadLikeJsonRecordsAndTheContextCounts() {
    String data = "{\"id\": 7, \"image_id\": \"other\", \"url\": \"https://example.org/1.jpg\"}";
    for (EventRecord record :
        new EventRecord[] {
          binary("application/json; charset=utf-8", Formats.utf8(data)),
          binary("application/vnd.example+json", Formats.utf8(data)),
          binary("", Formats.utf8(data)),
          structured("", ",\"data\":" + data),
          structured(",\"datacontenttype\":\"application/json\"", ",\"data\":" + data),
          structured("", ",\"data\":\"" + data.replace("\"", "\\\"") + "\"")
        }) {
      ImageEvent event = event(decoder, record);
      assertThat(event.getEventId()).isEqualTo("event-1");
      assertThat(event.getImageId()).isEqualTo("other");
      assertThat(event.getImageUri()).isEqualTo("https://example.org/1.jpg");
    }
  }

  @Test
  void avroDataIsAnImageEvent() {
    byte[] avro =
        Formats.avro(
            ImageEvent.newBuilder()
                .setEventId("inner")
                .setImageId("image-2")
                .setImageBytes(ByteBuffer.wrap(JPEG))
                .build());

    for (EventRecord record :
        new EventRecord[] {
          binary("application/avro", avro),
          structured(
              ",\"datacontenttype\":\"application/avro\"",
              ",\"data_base64\":\"" + Base64.getEncoder().encodeToString(avro) + "\"")
        }) {
      ImageEvent event = event(decoder, record);
      assertThat(event.getEventId()).isEqualTo("event-1");
      assertThat(event.getImageId()).isEqualTo("image-2");
      assertThat(image(event)).isEqualTo(JPEG);
    }
  }

  @Test
  void aReferenceToTheDataIsTheUriOfTheImage() {
    EventRecord record = binary("image/jpeg", new byte[0]);
    withHeader(record, "ce_dataref", "https://example.org/1.jpg");

    assertThat(event(decoder, record).getImageUri()).isEqualTo("https://example.org/1.jpg");
  }

  @Test
  void theLastHeaderOfANameCountsAmongVeryMany() {
    EventRecord record = binary("image/jpeg", JPEG);
    String[] few = record.getHeaderNames();
    int count = 200_000;
    String[] names = Arrays.copyOf(few, count);
    byte[][] values = Arrays.copyOf(record.getHeaderValues(), count);
    Arrays.fill(names, few.length, count / 2, "ce_subject");
    Arrays.fill(values, few.length, count / 2, Formats.utf8("early"));
    values[count / 2 - 1] = Formats.utf8("last");
    Arrays.fill(names, count / 2, count, "other");
    record.setHeaderNames(names);
    record.setHeaderValues(values);

    ImageEvent event =
        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> event(decoder, record));
    assertThat(event.getImageId()).isEqualTo("last");
  }

  @Test
  void attributesHaveTheSameNamesInBothModes() {
    EventDecoder decoder =
        decoder(
            Map.of(
                "events.format", "cloudevents", "events.attribute-headers", "ce_type;ce_camera"));
    EventRecord binary = withHeader(binary("image/jpeg", JPEG), "ce_camera", "7");
    assertThat(event(decoder, binary).getAttributes())
        .isEqualTo(Map.of("ce_type", "org.example.picture", "ce_camera", "7"));
    assertThat(event(decoder, structured(",\"camera\":7", ",\"data\":{}")).getAttributes())
        .isEqualTo(Map.of("ce_type", "t", "ce_camera", "7"));
  }

  @Test
  void anEnvelopeIsInTheData() throws Exception {
    EventDecoder debezium =
        decoder(Map.of("events.format", "cloudevents", "events.envelope", "debezium"));
    String row = "{\"op\":\"c\",\"after\":{\"image_url\":\"https://example.org\"}}";
    assertThat(event(debezium, structured("", ",\"data\":" + row)).getImageUri())
        .isEqualTo("https://example.org");
    assertThat(debezium.decode(structured("", ",\"data\":{\"op\":\"d\"}"))).isNull();
  }

  @Test
  void whatIsMissingIsNamed() {
    EventRecord withoutId = withHeader(record(JPEG), "ce_specversion", "1.0");
    withHeader(withoutId, "ce_source", "/");
    withHeader(withoutId, "ce_type", "t");
    assertThat(refused(decoder, withoutId, "event-id-missing")).contains("ce_id");
    assertThat(refused(decoder, withHeader(withoutId, "ce_id", ""), "event-id-missing"))
        .contains("ce_id");
    EventRecord withoutType = withHeader(record(JPEG), "ce_specversion", "1.0");
    withHeader(withoutType, "ce_id", "1");
    assertThat(refused(decoder, withoutType, "cloudevent-invalid")).contains("ce_source");
    assertThat(refused(decoder, structured("{\"specversion\":\"0.3\"}"), "cloudevent-invalid"))
        .contains("specversion: 0.3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "json-invalid       | {\"specversion\"",
        "json-duplicate-key | {\"id\":1,\"id\":2}",
        "cloudevent-invalid | []",
        "cloudevent-invalid | {\"specversion\":\"1.0\",\"id\":{}}",
        "base64-invalid     | {\"specversion\":\"1.0\",\"data_base64\":\"%\"}",
      })
  void brokenDocumentsAreRefused(String code, String document) {
    refused(decoder, structured(document), code);
  }

  @Test
  void brokenContextsAreRefused() {
    assertThat(
            refused(
                decoder,
                withHeader(binary("image/jpeg", JPEG), "ce_time", "noon"),
                "cloudevent-invalid"))
        .contains("ce_time: noon");
    assertThat(
            refused(
                decoder,
                withHeader(binary("image/jpeg", JPEG), "ce_subject", new byte[] {(byte) 0xff}),
                "header-invalid"))
        .contains("ce_subject");
    assertThat(refused(decoder, binary("text/plain", JPEG), "cloudevent-invalid"))
        .contains("datacontenttype: text/plain");
    assertThat(refused(decoder, binary("", Formats.utf8("hello")), "cloudevent-invalid"))
        .contains("datacontenttype");
    assertThat(
            refused(
                decoder,
                structured(",\"datacontenttype\":\"image/jpeg\"", ",\"data\":\"abc\""),
                "cloudevent-invalid"))
        .contains("data_base64");
    EventRecord batch =
        withHeader(record("[]"), "content-type", "application/cloudevents-batch+json");
    assertThat(refused(decoder, batch, "cloudevent-invalid")).contains("batch");
  }

  @Test
  void otherFormatsAreNamed() {
    assertThat(refused(decoder, record(JPEG), "format-mismatch"))
        .contains("set events.format: image");
    assertThat(refused(decoder, record("{}"), "format-mismatch"))
        .contains("set events.format: json");
    refused(decoder, record("hello"), "format-mismatch");
  }
}
