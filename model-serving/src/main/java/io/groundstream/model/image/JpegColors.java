package io.groundstream.model.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Makes interleaved RGB of rows of luminance and chrominance, of gray, or of RGB. Two pixels are
 * made at once, one of an even and one of an odd column, as six bytes in two ints.
 */
final class JpegColors implements JpegOutput.RowSink {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final int width;
  private final boolean chroma;
  private final byte[] rgb;

  /** Four of the bytes of two pixels, and the other two. */
  private final int[] firstFour;

  private final int[] lastTwo;
  private final JpegChroma conversion;

  /**
   * Creates a sink.
   *
   * @param chroma whether three components are luminance and chrominance, and not RGB
   * @param rgb to be filled
   */
  JpegColors(int width, boolean chroma, byte[] rgb) {
    this.width = width;
    this.chroma = chroma;
    this.rgb = rgb;
    this.firstFour = new int[(width + 1) / 2];
    this.lastTwo = new int[(width + 1) / 2];
    this.conversion = new JpegChroma((width + 1) / 2);
  }

  @Override
  public void accept(int y, int[][] even, int[][] odd) {
    if (even.length == 1) {
      join(even[0], even[0], even[0], odd[0], firstFour);
      join(odd[0], odd[0], lastTwo);
    } else {
      if (chroma) {
        conversion.toRgb(even);
        conversion.toRgb(odd);
      }
      join(even[0], even[1], even[2], odd[0], firstFour);
      join(odd[1], odd[2], lastTwo);
    }
    store(y);
  }

  private static void join(int[] first, int[] second, int[] third, int[] fourth, int[] target) {
    for (int column = 0; column < target.length; column++) {
      target[column] =
          first[column] | second[column] << 8 | third[column] << 16 | fourth[column] << 24;
    }
  }

  private static void join(int[] first, int[] second, int[] target) {
    for (int column = 0; column < target.length; column++) {
      target[column] = first[column] | second[column] << 8;
    }
  }

  /** Writes eight bytes for six: the next pixels, or the next row, overwrite the two. */
  private void store(int y) {
    int at = 3 * width * y;
    int column = 0;
    for (; column < width / 2 && at <= rgb.length - Long.BYTES; column++, at += 6) {
      LONG.set(rgb, at, (firstFour[column] & 0xffffffffL) | (long) lastTwo[column] << 32);
    }
    for (; column < (width + 1) / 2; column++, at += 6) {
      long pixels = (firstFour[column] & 0xffffffffL) | (long) lastTwo[column] << 32;
      int count = 2 * column + 1 < width ? 6 : 3;
      for (int index = 0; index < count; index++) {
        rgb[at + index] = (byte) (pixels >> (8 * index));
      }
    }
  }
}
