package io.groundstream.operators.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.Origin;
import io.groundstream.operators.output.CloudEventEncoder.Attributes;
import io.groundstream.operators.output.CloudEventEncoder.Kind;
import io.groundstream.schemas.AvroPlainEncoder;
import io.groundstream.schemas.RecordFormat;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloudEventEncoderTest {
  private static final Origin ORIGIN = new Origin("topic", "image-events", "0:42");

  private static String header(Kind kind, String part, String name) {
    CloudEventEncoder<GroundedImage> encoder =
        new CloudEventEncoder<>(
            new AvroPlainEncoder<>(GroundedImage.class),
            RecordFormat.AVRO,
            "/shop",
            kind,
            record -> new Attributes(record.getOrigin(), part, record.getImageId(), null));
    GroundedImage image = new GroundedImage();
    image.setOrigin(ORIGIN);
    image.setImageId("image");
    return new String(encoder.headers(image).get(name), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "IMAGE, '', image/image-events:0:42, io.groundstream.grounded-image",
    "PHRASE, r/1, phrase/image-events:0:42/r/1, io.groundstream.grounded-phrase",
    "DEAD_LETTER, '', dead-letter/image-events:0:42, io.groundstream.dead-letter",
    "DEAD_LETTER, r, dead-letter/image-events:0:42/r, io.groundstream.dead-letter",
  })
  void theIdentifierNamesKindOriginAndPart(Kind kind, String part, String id, String type) {
    assertThat(header(kind, part, "ce_id")).isEqualTo(id);
    assertThat(header(kind, part, "ce_type")).isEqualTo(type);
    assertThat(header(kind, part, "ce_subject")).isEqualTo("image");
  }

  /** Consumers drop a CloudEvent whose source and identifier they have seen. */
  @Test
  void recordsOfOneEventHaveDifferentIdentifiers() {
    Set<String> ids = new HashSet<>();
    for (Kind kind : Kind.values()) {
      assertThat(ids.add(header(kind, "", "ce_id"))).as(kind.name()).isTrue();
      assertThat(ids.add(header(kind, "r/1", "ce_id"))).as(kind.name()).isTrue();
    }
  }
}
