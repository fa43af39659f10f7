package io.groundstream.console.terminal;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes images for Kitty's graphics protocol: a PNG in Base64, in pieces. */
final class KittyGraphics {
  /** Longer pieces are refused. */
  private static final int LONGEST_PIECE = 4096;

  private static final String START = "\u001b_G";
  private static final String END = "\u001b\\";

  private KittyGraphics() {}

  static String encode(BufferedImage image) {
    return sequences(png(image));
  }

  /** Returns the sequences that transmit a PNG and show it. */
  static String sequences(byte[] png) {
    String data = Base64.getEncoder().encodeToString(png);
    StringBuilder text = new StringBuilder();
    for (int start = 0; start < data.length(); start += LONGEST_PIECE) {
      int end = Math.min(start + LONGEST_PIECE, data.length());
      text.append(START);
      if (start == 0) {
        // Transmit and show a PNG; without answers, which would arrive as if they were typed.
        text.append("a=T,f=100,q=2,");
      }
      text.append("m=").append(end < data.length() ? 1 : 0).append(';');
      text.append(data, start, end).append(END);
    }
    return text.toString();
  }

  private static byte[] png(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, "png", output)) {
        throw new IllegalStateException("no PNG writer (expected: the JDK's)");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    }
    return bytes.toByteArray();
  }
}
