package io.groundstream.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares decoding and resizing with Pillow's results for the same files. */
class GoldenImagesTest {
  private static final String GRAY_16 = "gray16.png";

  private final ImagePreprocessor preprocessor = new ImagePreprocessor(Goldens.CLIP_SIZE);

  record Golden(String image, int width, int height) {}

  static List<Golden> goldens() throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<Golden> goldens = new ArrayList<>();
    for (String line : Files.readAllLines(Goldens.path("images.jsonl"))) {
      JsonNode node = json.readTree(line);
      goldens.add(
          new Golden(
              node.get("image").asText(), node.get("width").asInt(), node.get("height").asInt()));
    }
    return goldens;
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void resizesAsTheReference(Golden golden) throws ImageException {
    DecodedImage decoded = Goldens.decode("images/" + golden.image());
    assertThat(decoded.width()).isEqualTo(golden.width());
    assertThat(decoded.height()).isEqualTo(golden.height());
    if (golden.image().equals(GRAY_16)) {
      return;
    }
    DecodedImage expected = Goldens.decode("resized/" + golden.image() + ".png");
    Goldens.Difference difference = Goldens.difference(preprocessor.resize(decoded), expected);
    boolean lossy = golden.image().endsWith(".jpg") || golden.image().equals("lossy.webp");
    assertThat(difference.most()).isLessThanOrEqualTo(lossy ? 2 : 1);
    assertThat(difference.mean()).isLessThanOrEqualTo(0.5);
  }

  @Test
  void scalesSixteenBitGrayWhereTheReferenceClips() throws ImageException {
    DecodedImage decoded = Goldens.decode("images/" + GRAY_16);
    long dark = 0;
    for (int index = 0; index < decoded.rgb().length; index += 3) {
      assertThat(decoded.rgb()[index]).isEqualTo(decoded.rgb()[index + 1]);
      dark += (decoded.rgb()[index] & 0xff) < 250 ? 1 : 0;
    }
    assertThat(dark).isGreaterThan(decoded.rgb().length / 3 / 2);
  }

  static List<String> formats() {
    return Goldens.names("formats");
  }

  /** Compares more kinds of files, without resizing, so that averages cannot hide errors. */
  @ParameterizedTest
  @MethodSource("formats")
  void decodesAsPillow(String name) throws ImageException {
    DecodedImage decoded = Goldens.decode(name);
    DecodedImage expected = Goldens.decode(name + ".expected.png");
    assertThat(decoded.width()).isEqualTo(expected.width());
    assertThat(decoded.height()).isEqualTo(expected.height());
    assertThat(Goldens.difference(decoded, expected).most()).isZero();
  }
}
