package io.groundstream.images;

import org.jspecify.annotations.Nullable;

/**
 * Converts rows of four inks to interleaved RGB: cyan, magenta, yellow and black, or luminance and
 * chrominance of their complements, and black. Adobe stores inks inverted, and so does all other
 * software.
 */
final class JpegInks implements JpegOutput.RowSink {
  private final int width;
  private final JpegColumns columns;
  private final boolean chroma;
  private final @Nullable ColorProfile profile;
  private final byte[] rgb;
  private final byte[] row;
  private final JpegChroma evenChroma;
  private final JpegChroma oddChroma;

  /**
   * Creates a sink.
   *
   * @param chroma whether the first three components are luminance and chrominance
   * @param profile the profile of the inks, or null to ignore it
   * @param rgb the target, three bytes per pixel
   */
  JpegInks(
      int width, JpegColumns columns, boolean chroma, @Nullable ColorProfile profile, byte[] rgb) {
    this.width = width;
    this.columns = columns;
    this.chroma = chroma;
    this.profile = profile == null || profile.components() != 4 ? null : profile;
    this.rgb = rgb;
    this.row = new byte[4 * width];
    this.evenChroma = new JpegChroma(columns.half(), 4);
    this.oddChroma = new JpegChroma(columns.half(), 4);
  }

  @Override
  public void accept(int y, int[][] even, int[][] odd) {
    int[][] left = chroma ? evenChroma.toRgb(even) : even;
    int[][] right = chroma ? oddChroma.toRgb(odd) : odd;
    columns.interleave(left, right, row, 0, width);
    // Luminance and chrominance become inks that are not inverted.
    int inversion = chroma ? 0 : 0xff;
    int start = 3 * width * y;
    if (profile != null) {
      for (int at = 0; at < row.length; at += 4) {
        row[at] ^= (byte) inversion;
        row[at + 1] ^= (byte) inversion;
        row[at + 2] ^= (byte) inversion;
        row[at + 3] ^= (byte) 0xff;
      }
      profile.convert(row, rgb, start, width);
      return;
    }
    int out = start;
    for (int at = 0; at < row.length; at += 4) {
      int white = row[at + 3] & 0xff;
      for (int channel = 0; channel < 3; channel++, out++) {
        rgb[out] = Inks.withBlack((row[at + channel] & 0xff) ^ inversion, white);
      }
    }
  }
}
