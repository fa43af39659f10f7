package io.groundstream.images;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ImagePreprocessorTest {
  private static DecodedImage flat(int width, int height, int red, int green, int blue) {
    byte[] rgb = new byte[3 * width * height];
    for (int index = 0; index < rgb.length; index += 3) {
      rgb[index] = (byte) red;
      rgb[index + 1] = (byte) green;
      rgb[index + 2] = (byte) blue;
    }
    return new DecodedImage(width, height, rgb);
  }

  @Test
  void makesASquareAndKeepsTheSizeOfTheImage() {
    ImagePreprocessor preprocessor = new ImagePreprocessor(Goldens.CLIP_SIZE);
    PreparedImage prepared = preprocessor.prepare(flat(640, 480, 255, 128, 0));
    assertThat(prepared.width()).isEqualTo(640);
    assertThat(prepared.height()).isEqualTo(480);
    assertThat(prepared.levels())
        .hasSize(224 * 224 * 3)
        .startsWith(255, 128, 0)
        .endsWith(255, 128, 0);
  }

  @Property(tries = 200)
  void aFlatImageStaysFlatAtEverySize(
      @ForAll @IntRange(min = 1, max = 400) int width,
      @ForAll @IntRange(min = 1, max = 400) int height,
      @ForAll @IntRange(min = 0, max = 255) int level) {
    DecodedImage resized = BicubicResampler.resize(flat(width, height, level, 0, 255), 37, 53);
    for (int index = 0; index < resized.rgb().length; index += 3) {
      assertThat(resized.rgb()[index]).isEqualTo((byte) level);
      assertThat(resized.rgb()[index + 1]).isEqualTo((byte) 0);
      assertThat(resized.rgb()[index + 2]).isEqualTo((byte) 255);
    }
  }

  @Test
  void anImageOfTheRightSizeIsNotChanged() {
    DecodedImage image = flat(9, 9, 1, 2, 3);
    image.rgb()[13] = 77;
    assertThat(BicubicResampler.resize(image, 9, 9).rgb()).isEqualTo(image.rgb());
  }
}
