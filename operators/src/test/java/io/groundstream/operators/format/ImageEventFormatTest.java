package io.groundstream.operators.format;

import static io.groundstream.operators.format.Formats.JPEG;
import static io.groundstream.operators.format.Formats.decoder;
import static io.groundstream.operators.format.Formats.event;
import static io.groundstream.operators.format.Formats.image;
import static io.groundstream.operators.format.Formats.record;
import static io.groundstream.operators.format.Formats.refused;
import static io.groundstream.operators.format.Formats.utf8;
import static io.groundstream.operators.format.Formats.withHeader;
import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.ImageEvent;
import io.groundstream.operators.event.EventRecord;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImageEventFormatTest {
  private final EventDecoder decoder = decoder("image");

  @Test
  void theValueIsTheImageAndThePositionTheId() {
    ImageEvent event = event(decoder, record(JPEG));

    assertThat(image(event)).isEqualTo(JPEG);
    assertThat(event.getEventId()).isEqualTo("pictures:2:17");
    assertThat(event.getImageId()).isNull();
    assertThat(event.getRequests()).isEmpty();
    assertThat(event.getAttributes()).isEmpty();
  }

  @Test
  void aReplayKeepsTheIdOfTheFirstPosition() {
    EventRecord replayed = withHeader(record(JPEG), "groundstream-replay-of", "pictures:0:3");

    assertThat(event(decoder, replayed).getEventId()).isEqualTo("pictures:0:3");
    // Anyone can write headers.
    assertThat(
            event(decoder, withHeader(record(JPEG), "groundstream-replay-of", "a b")).getEventId())
        .isEqualTo("pictures:2:17");
  }

  @Test
  void headersComeBeforeTheKey() {
    EventRecord record = record(JPEG);
    record.setKey(utf8("key-1"));
    assertThat(event(decoder, record).getImageId()).isEqualTo("key-1");

    withHeader(record, "image-id", "image-1");
    withHeader(record, "event-id", "event-1");
    ImageEvent event = event(decoder, record);
    assertThat(event.getImageId()).isEqualTo("image-1");
    assertThat(event.getEventId()).isEqualTo("event-1");
  }

  @Test
  void keysThatAreNotNamesAreNotUsed() {
    for (byte[] key :
        new byte[][] {
          {0, 0, 0, 7}, {(byte) 0xff, (byte) 0xfe}, {}, utf8("{\"id\":7}"), new byte[2000]
        }) {
      EventRecord record = record(JPEG);
      record.setKey(key);
      assertThat(event(decoder, record).getImageId()).isNull();
    }
    EventRecord record = record(JPEG);
    record.setKey(utf8("key-1"));
    EventDecoder withoutKeys =
        decoder(Map.of("events.format", "image", "events.key-is-image-id", "false"));
    assertThat(event(withoutKeys, record).getImageId()).isNull();
  }

  @Test
  void chosenHeadersBecomeAttributes() {
    EventDecoder decoder =
        decoder(Map.of("events.format", "image", "events.attribute-headers", "camera;lane"));
    EventRecord record = withHeader(record(JPEG), "camera", "Tür 3");
    withHeader(record, "secret", "x");

    assertThat(event(decoder, record).getAttributes()).isEqualTo(Map.of("camera", "Tür 3"));

    withHeader(record, "camera", new byte[] {(byte) 0xff});
    assertThat(refused(decoder, record, "header-invalid")).contains("camera");
  }

  /** Its first bytes could be those of Avro with a schema's identifier. */
  @Test
  void imagesThatBeginWithZerosAreImages() {
    for (byte[] value :
        new byte[][] {
          utf8("\0\0\0\u0018ftypheic\0\0\0\0mif1"),
          utf8("\0\0\0\u001cftypavif\0\0\0\0"),
          utf8("\0\0\0\fjP  \r\n"),
          utf8("\0\0\0\fJXL \r\n"),
          {0, 0, 1, 0, 1, 0, 16, 16},
        }) {
      assertThat(image(event(decoder, record(value)))).isEqualTo(value);
    }
    assertThat(
            refused(
                decoder("json"), record(utf8("\0\0\0\u0018ftypheic\0\0\0\0")), "format-mismatch"))
        .contains("an image");
  }

  @Test
  void otherFormatsAreNamed() {
    assertThat(refused(decoder, record("{\"id\": 1}"), "format-mismatch"))
        .contains("this looks like JSON; set events.format: json");
    ImageEvent avro = ImageEvent.newBuilder().setEventId("e").build();
    assertThat(refused(decoder, record(Formats.avro(avro)), "format-mismatch"))
        .contains("set events.format: avro");
    assertThat(
            refused(decoder, withHeader(record("x"), "ce_specversion", "1.0"), "format-mismatch"))
        .contains("set events.format: cloudevents");
    assertThat(refused(decoder, record(new byte[] {0x1f, (byte) 0x8b, 8}), "format-mismatch"))
        .contains("gzip");
    // The image's decoder names what is neither.
    assertThat(image(event(decoder, record("hello")))).isEqualTo(utf8("hello"));
  }
}
