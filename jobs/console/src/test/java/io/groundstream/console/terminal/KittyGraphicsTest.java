package io.groundstream.console.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class KittyGraphicsTest {
  private static final Pattern PIECE = Pattern.compile("\u001b_G([^;]*);([^\u001b]*)\u001b\\\\");

  @Test
  void aShortImageIsOnePiece() {
    assertThat(KittyGraphics.sequences(new byte[] {1, 2, 3}))
        .isEqualTo("\u001b_Ga=T,f=100,q=2,m=0;AQID\u001b\\");
  }

  @Test
  void aLongImageIsSeveralPieces() {
    byte[] bytes = new byte[2 * 3072 + 1];
    String text = KittyGraphics.sequences(bytes);
    assertThat(text)
        .isEqualTo(
            "\u001b_Ga=T,f=100,q=2,m=1;"
                + "A".repeat(4096)
                + "\u001b\\\u001b_Gm=1;"
                + "A".repeat(4096)
                + "\u001b\\\u001b_Gm=0;AA==\u001b\\");
  }

  @Test
  void thePiecesAreAPng() throws Exception {
    BufferedImage image = new BufferedImage(200, 100, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < 200; x++) {
      for (int y = 0; y < 100; y++) {
        image.setRGB(x, y, (x * 7919 + y * 104_729) & 0xffffff);
      }
    }
    String text = TerminalGraphics.KITTY.encode(image);
    StringBuilder data = new StringBuilder();
    Matcher piece = PIECE.matcher(text);
    int pieces = 0;
    while (piece.find()) {
      assertThat(piece.group(2).length()).isLessThanOrEqualTo(4096);
      data.append(piece.group(2));
      pieces++;
    }
    assertThat(pieces).isGreaterThan(1);
    BufferedImage read =
        ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(data.toString())));
    assertThat(read.getWidth()).isEqualTo(200);
    assertThat(read.getRGB(123, 45)).isEqualTo(image.getRGB(123, 45));
    assertThat(text).endsWith("\u001b\\\n");
  }
}
