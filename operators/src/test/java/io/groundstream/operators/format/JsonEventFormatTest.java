package io.groundstream.operators.format;

import static io.groundstream.operators.format.Formats.JPEG;
import static io.groundstream.operators.format.Formats.decoder;
import static io.groundstream.operators.format.Formats.event;
import static io.groundstream.operators.format.Formats.image;
import static io.groundstream.operators.format.Formats.record;
import static io.groundstream.operators.format.Formats.refused;
import static io.groundstream.operators.format.Formats.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.DecodingOptions;
import io.groundstream.avro.Demonstration;
import io.groundstream.avro.FurtherImage;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.OmittedAttribute;
import io.groundstream.avro.PromptPart;
import io.groundstream.avro.RequestBox;
import io.groundstream.operators.event.EventRecord;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonEventFormatTest {
  private static final String BASE64 = Base64.getEncoder().encodeToString(JPEG);
  private final EventDecoder decoder = decoder("json");

  private static EventDecoder with(String... options) {
    Map<String, String> configuration = new HashMap<>(Map.of("events.format", "json"));
    for (int i = 0; i < options.length; i += 2) {
      configuration.put(options[i], options[i + 1]);
    }
    return decoder(configuration);
  }

  @Test
  void obviousNamesNeedNoConfiguration() {
    ImageEvent event =
        event(
            decoder,
            record(
                """
                {"id": 4711, "image_id": "a/1.jpg", "url": "https://example.org/1.jpg",
                 "task": "phrase-grounding", "text": "a dog",
                 "timestamp": "2026-01-31T12:00:00+01:00", "priority": 3,
                 "deadline": 1800000000000,
                 "attributes": {"camera": "gate", "at": {"x": 1.50, "y": null}, "tags": ["a", 2]},
                 "other": true}
                """));

    assertThat(event.getEventId()).isEqualTo("4711");
    assertThat(event.getImageId()).isEqualTo("a/1.jpg");
    assertThat(event.getImageUri()).isEqualTo("https://example.org/1.jpg");
    assertThat(event.getImageBytes()).isNull();
    assertThat(event.getRequests())
        .containsExactly(
            ImageRequest.newBuilder().setTask("phrase-grounding").setText("a dog").build());
    assertThat(event.getEventTime()).isEqualTo(Instant.parse("2026-01-31T11:00:00Z"));
    assertThat(event.getDeadline()).isEqualTo(Instant.ofEpochSecond(1_800_000_000));
    assertThat(event.getPriority()).isEqualTo(3);
    assertThat(event.getAttributes())
        .isEqualTo(Map.of("camera", "gate", "at.x", "1.50", "tags", "[\"a\",2]"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"image\": \"%s\"}",
        "{\"image\": {\"bytes\": \"%s\", \"path\": \"1.jpg\"}}",
        "{\"data\": \"%s\"}",
        "{\"image_base64\": \"%s\", \"url\": \"https://example.org\"}",
        "{\"data\": \"word\", \"bytes\": \"%s\"}",
        "{\"data\": \"Size: large\", \"bytes\": \"%s\"}",
        "{\"image\": \"https://example.org\", \"data\": \"%s\", \"bytes\": \"%1$s\"}"
      })
  void imagesAreFoundInBase64(String document) {
    assertThat(image(event(decoder, record(document.formatted(BASE64))))).isEqualTo(JPEG);
  }

  @Test
  void base64IsReadAsProgramsWriteIt() {
    byte[] image = new byte[200];
    System.arraycopy(JPEG, 0, image, 0, JPEG.length);
    image[10] = (byte) 0xfb;
    image[11] = (byte) 0xff;
    for (String text :
        List.of(
            Base64.getUrlEncoder().withoutPadding().encodeToString(image),
            Base64.getMimeEncoder().encodeToString(image).replace("\r\n", "\\n"))) {
      assertThat(image(event(decoder, record("{\"image\":\"" + text + "\"}")))).isEqualTo(image);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"image\": \"s3://bucket/1.jpg\"}",
        "{\"image\": {\"url\": \"s3://bucket/1.jpg\"}}",
        "{\"image_url\": \"s3://bucket/1.jpg\", \"data\": \"not base64!\"}",
        "{\"image_url\": \"s3://bucket/1.jpg\", \"data\": \"Size: large\"}",
        "{\"image_url\": \"s3://bucket/1.jpg\", \"data\": \"Size:large\"}",
        "{\"image_url\": \"s3://bucket/1.jpg\", \"image\": \"see https://example.org\"}",
        "{\"uri\": \"s3://bucket/1.jpg\", \"data\": {\"a\": 1}, \"id\": [1], \"time\": \"noon\"}"
      })
  void unsuitableDefaultsArePassedOver(String document) {
    ImageEvent event = event(decoder, record(document));

    assertThat(event.getImageUri()).isEqualTo("s3://bucket/1.jpg");
    assertThat(event.getEventId()).isEqualTo("pictures:2:17");
    assertThat(event.getEventTime()).isNull();
  }

  @Test
  void aConfiguredUriComesBeforeThatOfAFieldForBytes() {
    String document =
        "{\"image\": \"https://example.org/page\", \"link\": \"https://example.org/1.jpg\"}";
    EventDecoder configured = with("events.json.image-uri", "/link");

    assertThat(event(configured, record(document)).getImageUri())
        .isEqualTo("https://example.org/1.jpg");
    assertThat(event(decoder, record(document)).getImageUri())
        .isEqualTo("https://example.org/page");
    String data = "data:image/jpeg;base64," + BASE64;
    assertThat(event(decoder, record("{\"image\": \"" + data + "\"}")).getImageUri())
        .isEqualTo(data);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "events.json.event-id   | {\"f\": [1]}        | /f: a list",
        "events.json.event-id   | {\"f\": \"\"}       | /f: \"\"",
        "events.json.image-id   | {\"f\": 1.5}        | /f: 1.5",
        "events.json.image-uri  | {\"f\": 7}          | /f: 7",
        "events.json.image-bytes| {\"f\": {\"a\":1}}  | /f: an object",
        "events.json.event-time | {\"f\": \"noon\"}   | /f: \"noon\"",
        "events.json.event-time | {\"f\": 1e-999999}  | /f: 1E-999999",
        "events.json.event-time | {\"f\": -1}         | /f: -1",
        "events.json.priority   | {\"f\": 9999999999} | /f: 9999999999",
        "events.json.task       | {\"f\": {}}         | /f: an object",
        "events.json.requests   | {\"f\": [7]}        | /f: a list",
        "events.json.attributes | {\"f\": \"x\"}      | /f: \"x\"",
      })
  void whatIsConfiguredMustFit(String key, String document, String message) {
    assertThat(refused(with(key, "/f"), record(document), "field-invalid")).contains(message);
    // Null is the same as absent.
    event(with(key, "/f"), record("{\"f\": null}"));
  }

  @ParameterizedTest
  @CsvSource({
    "1769860800, 1769860800000",
    "1769860800.25, 1769860800250",
    "1769860800123, 1769860800123",
    "1769860800123456, 1769860800123",
    "1769860800123456789, 1769860800123"
  })
  void numbersAreTimesInTheUnitThatTheirSizeTells(String number, long millis) {
    assertThat(event(decoder, record("{\"ts\": " + number + "}")).getEventTime())
        .isEqualTo(Instant.ofEpochMilli(millis));
  }

  @Test
  void requestsAreInlineOrOfTasks() {
    ImageRequest question =
        ImageRequest.newBuilder()
            .setRequestId("q")
            .setTask("question")
            .setText("Why <so>?")
            .setBoxes(List.of(new RequestBox(0.0, 0.25, 0.5, 1.0, null)))
            .build();
    String box = "{\"x_min\":0,\"y_min\":0.25,\"x_max\":0.5,\"y_max\":1}";
    assertThat(
            event(
                    decoder,
                    record(
                        "{\"requests\": [{\"task\":\"question\",\"request_id\":\"q\",\"text\":"
                            + "\"Why <so>?\",\"boxes\":["
                            + box
                            + "]}], \"task\": \"caption\"}"))
                .getRequests())
        .containsExactly(question);
    assertThat(
            event(decoder, record("{\"tasks\": [\"caption\", \"grounded-caption\"]}"))
                .getRequests())
        .extracting(ImageRequest::getTask)
        .containsExactly("caption", "grounded-caption");
    assertThat(
            event(decoder, record("{\"task\": \"referring-expression\", \"boxes\": [" + box + "]}"))
                .getRequests()
                .get(0)
                .getBoxes())
        .containsExactly(new RequestBox(0.0, 0.25, 0.5, 1.0, null));
    // Text alone is not a question: most documents have some.
    assertThat(event(decoder, record("{\"text\": \"a story\"}")).getRequests()).isEmpty();
    assertThat(
            refused(
                decoder,
                record("{\"requests\": [{\"task\": \"caption\", \"txet\": \"\"}]}"),
                "field-invalid"))
        .contains("requests: txet");
  }

  @Test
  void unknownFieldsBecomeAttributesOnRequest() {
    EventDecoder decoder = with("events.json.unknown-fields", "attributes");
    ImageEvent event =
        event(
            decoder,
            record(
                """
                {"event_id": "e", "id": 7, "image": {"url": "https://example.org", "size": 3},
                 "attributes": {"camera": "gate"}, "shop": {"name": "a"}, "big": 12345678901234567890,
                 "small": 1.10, "on": false, "none": null}
                """));

    assertThat(event.getAttributes())
        .isEqualTo(
            Map.of(
                "camera", "gate",
                "id", "7",
                "shop.name", "a",
                "big", "12345678901234567890",
                "small", "1.10",
                "on", "false"));
  }

  @Test
  void attributesThatAreTooLargeAreLeftOut() {
    ImageEvent event =
        event(
            decoder,
            record("{\"attributes\": {\"big\": \"" + "x".repeat(30_000) + "\", \"a\": \"1\"}}"));

    assertThat(event.getAttributes()).isEqualTo(Map.of("a", "1"));
    assertThat(event.getOmittedAttributes())
        .extracting(OmittedAttribute::getName)
        .containsExactly("big");
  }

  @Test
  void objectsUnderLongNamesAreLeftOutAsAWhole() {
    String name = "n".repeat(600);
    StringBuilder members = new StringBuilder();
    for (int index = 0; index < 30; index++) {
      members.append(index == 0 ? "" : ",").append("\"m").append(index).append("\": 1");
    }
    ImageEvent event =
        event(
            decoder,
            record(
                "{\"attributes\": {\"%1$s\": {\"%1$s\": {%2$s}}, \"a\": \"1\"}}"
                    .formatted(name, members)));

    assertThat(event.getAttributes()).isEqualTo(Map.of("a", "1"));
    assertThat(event.getOmittedAttributes())
        .extracting(OmittedAttribute::getMessage)
        .singleElement()
        .asString()
        .contains("name that is too long");
  }

  @Test
  void connectAndDebeziumAreUnwrapped() {
    String row = "{\"id\": 5, \"image\": \"" + BASE64 + "\"}";
    EventDecoder connect = with("events.envelope", "connect");
    assertThat(
            event(connect, record("{\"schema\": {\"type\":\"struct\"}, \"payload\": " + row + "}"))
                .getEventId())
        .isEqualTo("5");
    assertThat(refused(connect, record(row), "envelope-invalid")).contains("events.envelope: none");

    EventDecoder debezium = with("events.envelope", "debezium");
    for (String operation : List.of("c", "u", "r")) {
      String change =
          "{\"before\": null, \"after\": " + row + ", \"op\": \"" + operation + "\", \"ts_ms\": 1}";
      for (String document : List.of(change, "{\"schema\": {}, \"payload\": " + change + "}")) {
        ImageEvent event = event(debezium, record(document));
        assertThat(event.getEventId()).isEqualTo("5");
        assertThat(image(event)).isEqualTo(JPEG);
      }
    }
    String mongo = "{\"after\": \"{\\\"_id\\\": {\\\"$oid\\\": \\\"ab\\\"}}\", \"op\": \"c\"}";
    assertThat(event(debezium, record(mongo)).getEventId()).isEqualTo("ab");
    assertThat(refused(debezium, record(row), "envelope-invalid")).contains("no op");
    assertThat(refused(debezium, record("{\"op\": \"c\", \"after\": 7}"), "envelope-invalid"))
        .contains("after");
  }

  @Test
  void deletedRowsAskForNothing() throws Exception {
    EventDecoder debezium = with("events.envelope", "debezium");
    for (String operation : List.of("d", "t", "m")) {
      String change = "{\"before\": {\"id\": 5}, \"after\": null, \"op\": \"" + operation + "\"}";
      assertThat(debezium.decode(record(change))).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "json-invalid         | {\"id\": 1",
        "json-invalid         | {\"id\": 1} {}",
        "json-invalid         | [1,",
        "json-invalid         | 'id'",
        "json-invalid         | {\"id\": 01}",
        "json-number-invalid  | {\"x\": NaN}",
        "json-number-invalid  | {\"x\": -Infinity}",
        "json-number-invalid  | {\"x\": 1e99999999999}",
        "json-duplicate-key   | {\"id\": 1, \"a\": {\"b\": 1, \"b\": 1}}",
        "json-lone-surrogate  | {\"id\": \"a\\ud83d\"}",
        "json-invalid         | {\"\\udc00\": 1}",
        "json-lone-surrogate  | {\"id\": \"\\ude00\\ud83d\"}",
        "base64-invalid       | {\"image\": \"1.jpg!\"}",
        "field-invalid        | [{\"id\": 1}]",
      })
  void brokenDocumentsAreRefused(String code, String document) {
    refused(decoder, record(document), code);
  }

  @Test
  void pairsOfSurrogatesAreText() {
    assertThat(event(decoder, record("{\"id\": \"\\ud83d\\ude00😀\"}")).getEventId())
        .isEqualTo("😀😀");
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    byte[] latin = "{\"id\": \"ä\"}".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    refused(decoder, record(latin), "json-invalid");
    refused(decoder, record(new byte[0]), "json-invalid");
  }

  @Test
  void hugeDocumentsAreRefusedBeforeTheyTakeMemory() {
    refused(decoder, record("[".repeat(10_000) + "]".repeat(10_000)), "json-too-deep");
    refused(decoder, record("{\"a\":".repeat(10_000)), "json-too-deep");
    refused(decoder, record("[" + "0,".repeat(1_000_000) + "0]"), "event-too-large");
    refused(decoder, record("{\"id\": " + "9".repeat(1_000_000) + "}"), "json-number-invalid");

    byte[] large = new byte[50 << 20];
    java.util.Arrays.fill(large, (byte) ' ');
    large[0] = '{';
    assertThat(refused(decoder, record(large), "event-too-large"))
        .contains("events.json.max-bytes");
    EventDecoder small = with("events.json.max-bytes", "10 b");
    refused(small, record("{\"id\":\"a\"} "), "event-too-large");
    event(small, record("{\"id\":\"a\"}"));
  }

  @Test
  void longNamesAreRefusedSinceTheParserKeepsNames() {
    event(decoder, record("{\"" + "n".repeat(JsonDocument.LONGEST_NAME) + "\": 1}"));
    assertThat(
            refused(
                decoder,
                record("{\"" + "n".repeat(JsonDocument.LONGEST_NAME + 100) + "\": 1}"),
                "event-too-large"))
        .contains("Name length");
  }

  @Test
  void aLargeImageInBase64IsRead() {
    byte[] image = new byte[12 << 20];
    System.arraycopy(JPEG, 0, image, 0, JPEG.length);
    String text = Base64.getEncoder().encodeToString(image);

    assertThat(image(event(decoder, record("{\"image\": \"" + text + "\"}")))).isEqualTo(image);
  }

  @Test
  void otherFormatsAreNamed() {
    assertThat(refused(decoder, record(JPEG), "format-mismatch"))
        .contains("this looks like a JPEG; set events.format: image");
    refused(decoder, record("hello"), "json-invalid");
  }

  @Test
  void aByteOrderMarkAndKeysAreAccepted() {
    EventRecord record = record("\uFEFF{\"url\": \"https://example.org\"}");
    record.setKey(utf8("k"));

    assertThat(event(decoder, record).getImageId()).isEqualTo("k");
  }

  @Test
  void theFieldsOfTheImageAreKnown() {
    assertThat(decoder.imageFields()).contains("/image_url").contains("/image_bytes");
    assertThat(with("events.json.image-uri", "/a/b", "events.json.image-bytes", "").imageFields())
        .isEqualTo("/a/b");
  }

  @Test
  void onlyUtf8IsRead() {
    EventDecoder decoder = decoder("json");
    String document = "{\"id\": \"a\"}";

    assertThat(event(decoder, record("\ufeff" + document)).getEventId()).isEqualTo("a");
    for (Charset other :
        List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16)) {
      assertThat(refused(decoder, record(document.getBytes(other)), "json-invalid"))
          .contains("JSON in UTF-8");
    }
    // An overlong form of the letter a, and a surrogate pair as two characters of three bytes.
    for (String hex : List.of("c1a1", "eda0bdedb880", "ff")) {
      byte[] bytes = concat("{\"id\": \"", HexFormat.of().parseHex(hex), "\"}");
      assertThat(refused(decoder, record(bytes), "json-invalid")).contains("at byte 8");
    }
  }

  private static byte[] concat(String before, byte[] bytes, String after) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(Formats.utf8(before));
    all.writeBytes(bytes);
    all.writeBytes(Formats.utf8(after));
    return all.toByteArray();
  }

  @Test
  void aPresumedTaskMustBeOne() {
    String document = "{\"id\": 1, \"url\": \"https://a/b\", \"task\": \"ship it\"}";

    ImageEvent event =
        event(
            decoder(Map.of("events.format", "json", "events.json.unknown-fields", "attributes")),
            record(document));
    assertThat(event.getRequests()).isEmpty();
    assertThat(event.getAttributes()).isEqualTo(Map.of("task", "ship it"));
    EventDecoder configured = decoder(Map.of("events.format", "json", "events.json.task", "/task"));
    assertThat(event(configured, record(document)).getRequests())
        .extracting(ImageRequest::getTask)
        .containsExactly("ship it");
  }

  @Test
  void furtherImagesAndDemonstrationsAreRead() throws Exception {
    ImageEvent event =
        event(
            decoder,
            record(
                """
                {"id": "e", "url": "https://a/1.jpg",
                 "further_images": ["https://a/2.jpg", "iVBORw0KGgo=", {"image_uri": "s3://b/3.jpg"},
                                    {"image_bytes": "iVBORw0KGgo="}],
                 "demonstrations": [{"image_uri": "https://a/4.jpg", "text": "A dog."}],
                 "requests": [{"task": "prompt", "parts": [{"image": 1}, {"text": "Is it?"}]}]}
                """));

    assertThat(event.getFurtherImages())
        .extracting(FurtherImage::getImageUri)
        .containsExactly("https://a/2.jpg", null, "s3://b/3.jpg", null);
    assertThat(event.getFurtherImages())
        .extracting(image -> image.getImageBytes() == null ? 0 : image.getImageBytes().remaining())
        .containsExactly(0, 8, 0, 8);
    assertThat(event.getDemonstrations())
        .containsExactly(new Demonstration(null, "https://a/4.jpg", "A dog.", List.of()));
    assertThat(event.getRequests().get(0).getParts())
        .containsExactly(new PromptPart(null, 1), new PromptPart("Is it?", null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "further-images | [1] | further_images: [0]: NUMBER",
        "further-images | [{}] | further_images: [0]: no image",
        "further-images | [\"!\"] | further_images: [0]: ! (expected: an image in base64",
        "further-images | [{\"uri\":\"a\"}] | further_images: [0]: uri (expected: only image_bytes",
        "demonstrations | [{\"image_uri\":\"a\"}] | demonstrations: [0].text: MISSING",
        "demonstrations | [\"a\"] | demonstrations: [0]: STRING",
      })
  void wrongImagesAreNamed(String option, String list, String message) {
    EventDecoder decoder = with("events.json." + option, "/f");
    assertThat(refused(decoder, record("{\"f\": " + list + "}"), "field-invalid"))
        .startsWith(message);
  }

  /** Others may mean something else by these names. */
  @Test
  void listsOfSomethingElseAreNoImages() {
    ImageEvent event =
        event(
            decoder,
            record(
                """
                {"id": "e", "further_images": [1, 2], "demonstrations": ["Tuesday"]}
                """));
    assertThat(event.getFurtherImages()).isEmpty();
    assertThat(event.getDemonstrations()).isEmpty();
  }

  @Test
  void requestsHaveOptions() throws Exception {
    assertThat(
            event(
                    decoder,
                    record(
                        "{\"requests\":"
                            + " [{\"task\":\"caption\",\"options\":{\"beams\":3,\"top_p\":1,\"seed\":-9223372036854775808,\"stop\":[\""
                            + " and\"],\"top_k\":null}}]}"))
                .getRequests())
        .containsExactly(
            ImageRequest.newBuilder()
                .setTask("caption")
                .setOptions(
                    DecodingOptions.newBuilder()
                        .setBeams(3)
                        .setTopP(1.0)
                        .setSeed(Long.MIN_VALUE)
                        .setStop(List.of(" and"))
                        .build())
                .build());
    for (String wrong :
        List.of(
            "{\"beams\":1.5}",
            "{\"beams\":3000000000}",
            "{\"seed\":9223372036854775808}",
            "{\"temperature\":\"1\"}",
            "{\"stop\":\"and\"}",
            "{\"bad_words\":[1]}",
            "{\"constraint\":1}",
            "{\"max_boxes\":\"1\"}",
            "{\"beam\":1}",
            "[]")) {
      assertThat(
              refused(
                  decoder,
                  record("{\"requests\": [{\"task\":\"caption\",\"options\":" + wrong + "}]}"),
                  "field-invalid"))
          .as(wrong)
          .contains("options: ");
    }
  }
}
