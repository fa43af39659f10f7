package io.groundstream.operators.format;

import static io.groundstream.operators.format.Formats.decoder;
import static io.groundstream.operators.format.Formats.record;
import static io.groundstream.operators.format.Formats.refused;
import static io.groundstream.operators.format.Formats.withHeader;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.groundstream.avro.ImageEvent;
import io.groundstream.images.ImageDecoder;
import io.groundstream.images.ImageException;
import io.groundstream.images.ImageOptions;
import io.groundstream.operators.event.EventRecord;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that each kind of bad record is a dead letter with its own code. */
class HostileRecordsTest {
  private static EventRecord cloudEvent(String... headers) {
    EventRecord record = record("{}");
    for (int i = 0; i < headers.length; i += 2) {
      record = withHeader(record, headers[i], headers[i + 1]);
    }
    return record;
  }

  @Test
  void aDocumentOfFiftyMegabytesIsNotParsed() {
    byte[] large = new byte[50 << 20];
    Arrays.fill(large, (byte) 'x');
    large[0] = '{';

    for (String format : new String[] {"json", "json-schema"}) {
      byte[] value = large.clone();
      if (format.equals("json-schema")) {
        System.arraycopy(new byte[] {0, 0, 0, 0, 1, '{'}, 0, value, 0, 6);
      }
      assertThat(refused(decoder(format), record(value), "event-too-large"))
          .contains("events.json.max-bytes");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "json-duplicate-key | {\"id\": 1, \"id\": 2}",
        "json-number-invalid | {\"id\": NaN}",
        "json-number-invalid | {\"id\": -Infinity}",
        "json-lone-surrogate | {\"id\": \"\\ud800\"}",
        "json-invalid | {\"id\": 1} {}",
        "base64-invalid | {\"image_bytes\": \"%%%%\"}",
      })
  void badDocuments(String code, String document) {
    for (String format : new String[] {"json", "cloudevents"}) {
      EventRecord record =
          format.equals("json")
              ? record(document)
              : withHeader(
                  withHeader(
                      withHeader(
                          withHeader(
                              withHeader(record(document), "ce_specversion", "1.0"), "ce_id", "e"),
                          "ce_source",
                          "/s"),
                      "ce_type",
                      "t"),
                  "content-type",
                  "application/json");
      assertThat(refused(decoder(format), record, code)).contains("expected");
    }
    byte[] framed = Formats.utf8("     " + document);
    Arrays.fill(framed, 0, 5, (byte) 0);
    assertThat(refused(decoder("json-schema"), record(framed), code)).contains("expected");
  }

  @Test
  void base64OfSomethingElseIsLeftToTheDecoderOfImages() {
    ImageEvent event = Formats.event(decoder("json"), record("{\"image_bytes\": \"aGVsbG8h\"}"));

    byte[] bytes = requireNonNull(Formats.image(event));

    assertThat(bytes).isEqualTo(Formats.utf8("hello!"));
    assertThat(
            catchThrowableOfType(
                    ImageException.class,
                    () -> new ImageDecoder(ImageOptions.defaults()).decode(bytes))
                .errorCode()
                .code())
        .isEqualTo("image-format-unknown");
  }

  @Test
  void aDeepDocument() {
    assertThat(refused(decoder("json"), record("[".repeat(10_000)), "json-too-deep"))
        .contains("64");
    assertThat(
            refused(
                decoder("json"),
                record("{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000)),
                "json-too-deep"))
        .contains("64");
  }

  @Test
  void aCloudEventWithoutId() {
    assertThat(
            refused(
                decoder("cloudevents"),
                cloudEvent("ce_specversion", "1.0", "ce_source", "/s", "ce_type", "t"),
                "event-id-missing"))
        .contains("ce_id");
  }

  @Test
  void headersThatAreNotUtf8() {
    byte[] latin = {(byte) 0xe9};
    assertThat(
            refused(
                decoder("image"),
                withHeader(record(Formats.JPEG), "event-id", latin),
                "header-invalid"))
        .contains("event-id");
    assertThat(
            refused(
                decoder(Map.of("events.format", "json", "events.attribute-headers", "camera")),
                withHeader(record("{\"id\": 1}"), "camera", latin),
                "header-invalid"))
        .contains("camera");
    assertThat(
            refused(
                decoder("cloudevents"),
                withHeader(cloudEvent("ce_specversion", "1.0"), "ce_id", latin),
                "header-invalid"))
        .contains("ce_id");
  }
}
