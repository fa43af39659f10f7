package io.groundstream.console.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.images.DecodedImage;
import io.groundstream.images.ImageDecoder;
import io.groundstream.images.ImageOptions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StoredOrientationTest {
  private static final Path SCENE = Path.of("..", "demo-scenes", "scene-000.jpg");

  @Test
  void aTurnedImageIsDecodedAsStored() throws Exception {
    byte[] plain = Files.readAllBytes(SCENE);
    byte[] turned = withOrientation(plain, 6);
    ImageDecoder decoder = new ImageDecoder(ImageOptions.defaults());

    assertThat(decoder.decode(turned).orientation()).isEqualTo(6);
    DecodedImage stored = decoder.decode(StoredOrientation.of(turned));
    assertThat(stored.orientation()).isZero();
    assertThat(stored.rgb()).isEqualTo(decoder.decode(plain).rgb());
  }

  @Test
  void otherBytesAreUnchanged() throws Exception {
    byte[] plain = Files.readAllBytes(SCENE);
    assertThat(StoredOrientation.of(plain)).isEqualTo(plain);
    assertThat(StoredOrientation.of(new byte[0])).isEmpty();
    byte[] cut = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xE1, 1, 0, 5};
    assertThat(StoredOrientation.of(cut)).isEqualTo(cut);
    byte[] png = "\u0089PNG and more".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(StoredOrientation.of(png)).isEqualTo(png);
  }

  /** Puts an Exif block with the tag right after the start of the image. */
  private static byte[] withOrientation(byte[] jpeg, int orientation) {
    byte[] exif = {
      'E',
      'x',
      'i',
      'f',
      0,
      0,
      'M',
      'M',
      0,
      42,
      0,
      0,
      0,
      8,
      0,
      1,
      0x01,
      0x12,
      0,
      3,
      0,
      0,
      0,
      1,
      0,
      (byte) orientation,
      0,
      0,
      0,
      0,
      0,
      0
    };
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    out.write(0xFF);
    out.write(0xE1);
    out.write(0);
    out.write(exif.length + 2);
    out.write(exif, 0, exif.length);
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }
}
