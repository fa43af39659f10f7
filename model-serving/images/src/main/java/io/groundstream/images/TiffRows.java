package io.groundstream.images;

import java.util.Arrays;

/** Converts the rows of a TIFF's unpacked strips or tiles to pixels. */
final class TiffRows {
  private static final int WHITE_IS_ZERO = 0;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int YCBCR = 6;
  private static final int CIE_LAB = 8;
  private static final int ICC_LAB = 9;
  private static final int FLOATING_POINT = 3;

  private final TiffDirectory directory;
  private final TiffParts parts;
  private final boolean subsampled;
  private final TimeLimit time;
  private final TiffSamples samples;
  private final TiffPixels pixels;
  private final TiffChroma chroma;

  /** The number of samples read per pixel: the first ones, which are used. */
  private final int bands;

  private final boolean palette;

  /** The reds, greens and blues of the palette as levels. */
  private final int[] map;

  private final boolean inverted;
  private final boolean plain;
  private final byte[][] unpacked;
  private final int[] stored;
  private final int[] levels;

  TiffRows(
      TiffDirectory directory,
      TiffParts parts,
      int colors,
      int bands,
      boolean subsampled,
      ImageOptions options,
      TimeLimit time) {
    this.directory = directory;
    this.parts = parts;
    this.subsampled = subsampled;
    this.time = time;
    this.palette = directory.photometric == PALETTE;
    this.bands = bands;
    this.map = palette ? levels(directory.colorMap) : new int[0];
    boolean gray = colors == 1;
    this.inverted =
        gray && directory.photometric <= WHITE_IS_ZERO && directory.sampleFormat != FLOATING_POINT;
    this.samples = new TiffSamples(directory, parts.bigEndian, palette, gray);
    this.pixels = new TiffPixels(directory, colors, palette ? 2 + bands : bands, options);
    this.chroma = new TiffChroma(directory);
    // Such samples are unpacked straight into the image's array.
    this.plain =
        directory.photometric == RGB
            && directory.bitsPerSample == Byte.SIZE
            && directory.sampleFormat != FLOATING_POINT
            && bands == 3
            && !directory.planar
            && parts.across == 1
            && parts.width == directory.width;
    this.unpacked = new byte[directory.planar ? bands : 1][plain ? 0 : parts.bytesOf(parts.height)];
    this.stored = new int[parts.width * bands];
    this.levels = new int[palette ? parts.width * (2 + bands) : 0];
  }

  TiffPixels read() throws ImageException {
    if (samples.needRange()) {
      go(true);
    }
    go(false);
    return pixels;
  }

  private void go(boolean onlyLook) throws ImageException {
    for (int down = 0; down < parts.down; down++) {
      int top = down * parts.height;
      int rows = (int) Math.min(parts.height, directory.height - top);
      for (int across = 0; across < parts.across; across++) {
        time.check();
        int part = down * parts.across + across;
        if (plain) {
          parts.unpack(0, part, rows, pixels.rgb, 3 * top * parts.width);
          continue;
        }
        for (int plane = 0; plane < unpacked.length; plane++) {
          parts.unpack(plane, part, rows, unpacked[plane], 0);
        }
        int left = across * parts.width;
        int columns = (int) Math.min(parts.width, directory.width - left);
        for (int row = 0; row < rows; row++) {
          if (row % 64 == 0) {
            time.check();
          }
          if (onlyLook) {
            look(row, columns);
          } else {
            put(row, left, top + row, columns);
          }
        }
      }
    }
  }

  private void look(int row, int columns) {
    for (byte[] plane : unpacked) {
      samples.look(plane, row * parts.blockRowBytes, columns * parts.bands);
    }
  }

  private void put(int row, int left, int y, int columns) {
    if (subsampled) {
      readBlocks(row, columns);
      pixels.put(stored, left, y, columns);
      return;
    }
    for (int plane = 0; plane < unpacked.length; plane++) {
      samples.read(
          unpacked[plane],
          row * parts.blockRowBytes,
          columns * parts.bands,
          stored,
          plane,
          unpacked.length);
    }
    if (palette) {
      paint(columns);
      pixels.put(levels, left, y, columns);
      return;
    }
    if (inverted) {
      for (int index = 0; index < columns * bands; index += bands) {
        stored[index] = 255 - stored[index];
      }
    } else if (directory.photometric == YCBCR && bands >= 3) {
      for (int index = 0; index < columns * bands; index += bands) {
        chroma.put(stored[index], stored[index + 1], stored[index + 2], stored, index);
      }
    } else if (directory.photometric == CIE_LAB || directory.photometric == ICC_LAB) {
      if (directory.photometric == ICC_LAB) {
        for (int index = 0; index < columns * bands; index += bands) {
          stored[index + 1] ^= 128;
          stored[index + 2] ^= 128;
        }
      }
      CieLab.toRgb(stored, bands);
    }
    pixels.put(stored, left, y, columns);
  }

  /** Reads blocks, which have luminance row by row and then one value of each chrominance. */
  private void readBlocks(int row, int columns) {
    int across = directory.ycbcrAcross;
    int lights = across * directory.ycbcrDown;
    byte[] packed = unpacked[0];
    int start = row / parts.blockRows * parts.blockRowBytes;
    int line = row % parts.blockRows * across;
    for (int x = 0; x < columns; x++) {
      int block = start + x / across * (lights + 2);
      chroma.put(
          packed[block + line + x % across] & 0xff,
          packed[block + lights] & 0xff,
          packed[block + lights + 1] & 0xff,
          stored,
          3 * x);
    }
  }

  /** Converts a palette to levels: its values have 16 bits, or 8 bits from some writers. */
  private static int[] levels(long[] stated) {
    boolean narrow = Arrays.stream(stated).allMatch(level -> level <= 255);
    return Arrays.stream(stated)
        .mapToInt(level -> (int) (narrow ? level : level >> 8) & 0xff)
        .toArray();
  }

  /** Looks up the colours of indices, and copies the samples after each. */
  private void paint(int columns) {
    int size = map.length / 3;
    int out = 0;
    int most = directory.bitsPerSample > 8 ? 8 : 0;
    for (int x = 0; x < columns; x++) {
      int index = stored[x * bands];
      for (int channel = 0; channel < 3; channel++) {
        levels[out++] = index < size ? map[channel * size + index] : 0;
      }
      for (int band = 1; band < bands; band++) {
        levels[out++] = stored[x * bands + band] >> most;
      }
    }
  }
}
