package io.groundstream.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Verifies that any answer of a process yields an image within the limits or an exception. */
class HeifAnswerTest {
  private static final ImageOptions OPTIONS =
      ImageOptions.defaults()
          .withLimits(ImageLimits.defaults().withMaxPixels(10_000))
          .withBackground(Background.parse("#000000"))
          .withColorProfiles(true);

  private static byte[] good() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(HeifProtocol.ANSWER);
    out.writeByte(HeifProtocol.OK);
    out.writeInt(3);
    out.writeInt(2);
    out.writeInt(6);
    out.writeInt(6);
    out.writeInt(5);
    out.write(new byte[18 + 6 + 5]);
    out.writeInt(HeifProtocol.END);
    return bytes.toByteArray();
  }

  private static String read(byte[] answer) {
    try {
      StoredImage image =
          HeifAnswer.read(new DataInputStream(new ByteArrayInputStream(answer)), OPTIONS);
      long pixels = (long) image.image().width() * image.image().height();
      assertThat(pixels).isBetween(1L, 10_000L);
      return "image";
    } catch (ImageException e) {
      assertThat(e.getMessage()).hasSizeLessThan(500).matches("\\p{ASCII}*");
      return "rejected";
    } catch (IOException e) {
      return "broken";
    }
  }

  @Test
  void readsACompleteAnswer() throws IOException {
    assertThat(read(good())).isEqualTo("image");
  }

  @Test
  void rejectsEveryPartOfAnAnswer() throws IOException {
    byte[] good = good();
    for (int length = 0; length < good.length; length++) {
      assertThat(read(Arrays.copyOf(good, length))).isEqualTo("broken");
    }
  }

  @Test
  void survivesEveryMutation() throws IOException {
    byte[] good = good();
    Random random = new Random(1);
    int broken = 0;
    for (int round = 0; round < 200_000; round++) {
      byte[] answer = good.clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        answer[random.nextInt(answer.length)] = (byte) random.nextInt(256);
      }
      broken += read(answer).equals("broken") ? 1 : 0;
    }
    assertThat(broken).isGreaterThan(100_000);
  }
}
