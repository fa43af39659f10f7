package io.groundstream.images;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Converts rows of gray, of RGB, or of luminance and chrominance to interleaved RGB. Two pixels are
 * written at once, one of an even and one of an odd column, as six bytes in two ints.
 */
final class JpegColors implements JpegOutput.RowSink {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final int width;
  private final boolean chroma;
  private final byte[] rgb;

  /** The first four of the six bytes of two pixels; below, the last two. */
  private final int[] firstFour;

  private final int[] lastTwo;
  private final int[] pairs;
  private final JpegChroma evenChroma;
  private final JpegChroma oddChroma;

  /**
   * Creates a sink.
   *
   * @param chroma whether three components are luminance and chrominance rather than RGB
   * @param rgb the target, three bytes per pixel
   */
  JpegColors(int width, JpegColumns columns, boolean chroma, byte[] rgb) {
    this.width = width;
    this.chroma = chroma;
    this.rgb = rgb;
    this.pairs = columns.pairs;
    this.firstFour = new int[columns.half()];
    this.lastTwo = new int[columns.half()];
    this.evenChroma = new JpegChroma(columns.half(), 3);
    this.oddChroma = new JpegChroma(columns.half(), 3);
  }

  @Override
  public void accept(int y, int[][] even, int[][] odd) {
    if (even.length == 1) {
      join(even[0], even[0], even[0], odd[0], firstFour);
      join(odd[0], odd[0], lastTwo);
    } else {
      int[][] left = chroma ? evenChroma.toRgb(even) : even;
      int[][] right = chroma ? oddChroma.toRgb(odd) : odd;
      join(left[0], left[1], left[2], right[0], firstFour);
      join(right[1], right[2], lastTwo);
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

  /** Writes eight bytes for six; the next pixels or the next row overwrite the two surplus ones. */
  private void store(int y) {
    int start = 3 * width * y;
    int whole = Math.min(width / 2, (rgb.length - start - 2) / 6);
    for (int pair = 0; pair < whole; pair++) {
      LONG.set(rgb, start + 6 * pair, pixels(pairs[pair]));
    }
    for (int pair = whole, at = start + 6 * whole; pair < pairs.length; pair++, at += 6) {
      long pixels = pixels(pairs[pair]);
      int count = 2 * pair + 1 < width ? 6 : 3;
      for (int index = 0; index < count; index++) {
        rgb[at + index] = (byte) (pixels >> (8 * index));
      }
    }
  }

  private long pixels(int place) {
    return (firstFour[place] & 0xffffffffL) | (long) lastTwo[place] << 32;
  }
}
