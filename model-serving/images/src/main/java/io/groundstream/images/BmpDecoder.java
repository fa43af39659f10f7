package io.groundstream.images;

import org.jspecify.annotations.Nullable;

/**
 * Decodes Windows and OS/2 bitmaps, bottom-up or top-down: 1, 4 and 8 bits with a palette, and 16,
 * 24 and 32 bits with or without bit masks; 4 and 8 bits may be run-length encoded. The format is
 * described in Microsoft's "Bitmap Storage".
 */
final class BmpDecoder {
  private static final int RAW = 0;
  private static final int RLE8 = 1;
  private static final int RLE4 = 2;
  private static final int BITFIELDS = 3;
  private static final int ALPHA_BITFIELDS = 6;

  private static final int RUNS_BETWEEN_CHECKS = 4096;

  private final byte[] bytes;
  private final ImageOptions options;
  private final TimeLimit time;

  private int width;
  private int height;
  private int bits;
  private int compression;
  private boolean topDown;
  private int dataOffset;
  private final int[] masks = new int[3];
  private int alphaMask;
  private byte @Nullable [] alpha;
  private byte[] palette = new byte[0];

  BmpDecoder(byte[] bytes, ImageOptions options, TimeLimit time) {
    this.bytes = bytes;
    this.options = options;
    this.time = time;
  }

  StoredImage decode() throws ImageException {
    readHeader();
    byte[] rgb;
    if (compression == RLE8 || compression == RLE4) {
      rgb = decodeRuns();
    } else {
      long rowBytes = ((long) width * bits + 31) / 32 * 4;
      // The last row need not be padded.
      long needed = rowBytes * (height - 1) + ((long) width * bits + 7) / 8;
      if (bytes.length - dataOffset < needed && !options.acceptsTruncated()) {
        throw Failures.truncated(
            "pixel data: "
                + (bytes.length - dataOffset)
                + " bytes (expected: at least "
                + needed
                + ")");
      }
      rgb = new byte[3 * width * height];
      alpha = options.keepsAlpha() && alphaMask != 0 ? new byte[width * height] : null;
      for (int row = 0; row < height; row++) {
        time.check();
        long start = dataOffset + row * rowBytes;
        if (start + ((long) width * bits + 7) / 8 > bytes.length) {
          break;
        }
        int out = 3 * width * (topDown ? row : height - 1 - row);
        readRow((int) start, rgb, out);
      }
    }
    return new StoredImage(new DecodedImage(width, height, rgb), 0, alpha, null);
  }

  private void readHeader() throws ImageException {
    ByteCursor cursor = new ByteCursor(bytes, 10, bytes.length, false);
    long statedOffset = cursor.u32();
    int headerStart = cursor.position();
    long headerSize = cursor.u32();
    boolean core = headerSize == 12;
    if (!core && (headerSize < 40 || headerSize > 256)) {
      throw Failures.corrupt("header size: " + headerSize + " (expected: 12, or 40 to 256)");
    }
    long statedWidth = core ? cursor.u16() : cursor.u32();
    long statedHeight = core ? cursor.u16() : cursor.u32();
    if (!core && statedHeight >= 1L << 31) {
      topDown = true;
      statedHeight = (1L << 32) - statedHeight;
    }
    cursor.skip(2);
    bits = cursor.u16();
    long colors = 0;
    compression = RAW;
    if (!core) {
      compression = (int) cursor.u32();
      cursor.skip(12);
      colors = cursor.u32();
    }
    checkLayout();
    options.limits().checkSize(statedWidth, statedHeight);
    width = (int) statedWidth;
    height = (int) statedHeight;
    int maskStart = headerStart + 40;
    cursor.seek(headerStart + headerSize);
    if (compression == BITFIELDS || compression == ALPHA_BITFIELDS) {
      readMasks(maskStart, headerSize >= 56 || compression == ALPHA_BITFIELDS);
      if (headerSize == 40) {
        cursor.seek(maskStart + (compression == BITFIELDS ? 12 : 16));
      }
    } else if (bits == 16) {
      setMasks(0x7c00, 0x3e0, 0x1f);
    } else {
      setMasks(0xff0000, 0xff00, 0xff);
    }
    if (bits <= 8) {
      readPalette(cursor, core, colors);
    }
    // Some writers do not count the palette in the offset of the pixels.
    boolean forgetful = bits <= 8 && statedOffset == headerStart + headerSize;
    long offset = statedOffset == 0 || forgetful ? cursor.position() : statedOffset;
    if (offset > bytes.length) {
      throw Failures.truncated("pixel data at " + offset + " (expected: before the end)");
    }
    dataOffset = (int) offset;
  }

  private void checkLayout() throws ImageException {
    boolean known =
        switch (compression) {
          case RAW -> bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32;
          case RLE8 -> bits == 8;
          case RLE4 -> bits == 4;
          case BITFIELDS, ALPHA_BITFIELDS -> bits == 16 || bits == 24 || bits == 32;
          default -> false;
        };
    if (!known) {
      throw Failures.unknownFormat(
          "compression "
              + compression
              + " with "
              + bits
              + " bits (expected: a combination that the format has)");
    }
  }

  private void readMasks(int start, boolean withAlpha) throws ImageException {
    ByteCursor cursor = new ByteCursor(bytes, start, bytes.length, false);
    setMasks((int) cursor.u32(), (int) cursor.u32(), (int) cursor.u32());
    alphaMask = withAlpha ? (int) cursor.u32() : 0;
    if (masks[0] == 0 && masks[1] == 0 && masks[2] == 0) {
      setMasks(0xff0000, 0xff00, 0xff);
    }
  }

  private void setMasks(int red, int green, int blue) {
    masks[0] = red;
    masks[1] = green;
    masks[2] = blue;
  }

  private void readPalette(ByteCursor cursor, boolean core, long stated) throws ImageException {
    int most = 1 << bits;
    long count = stated == 0 ? most : stated;
    palette = new byte[3 * 256];
    for (int index = 0; index < Math.min(count, most); index++) {
      int color = cursor.u24();
      palette[3 * index] = (byte) (color >> 16);
      palette[3 * index + 1] = (byte) (color >> 8);
      palette[3 * index + 2] = (byte) color;
      if (!core) {
        cursor.skip(1);
      }
    }
  }

  private void readRow(int start, byte[] rgb, int firstOut) {
    int out = firstOut;
    for (int x = 0; x < width; x++, out += 3) {
      switch (bits) {
        case 1, 4, 8 -> {
          int bit = x * bits;
          int index = (bytes[start + bit / 8] >> (8 - bits - bit % 8)) & ((1 << bits) - 1);
          System.arraycopy(palette, 3 * index, rgb, out, 3);
        }
        case 24 -> {
          rgb[out] = bytes[start + 3 * x + 2];
          rgb[out + 1] = bytes[start + 3 * x + 1];
          rgb[out + 2] = bytes[start + 3 * x];
        }
        default -> {
          int in = start + x * (bits / 8);
          int value = (bytes[in] & 0xff) | (bytes[in + 1] & 0xff) << 8;
          if (bits == 32) {
            value |= (bytes[in + 2] & 0xff) << 16 | (bytes[in + 3] & 0xff) << 24;
          }
          for (int channel = 0; channel < 3; channel++) {
            rgb[out + channel] = channel(value, masks[channel]);
          }
          if (alpha != null) {
            alpha[out / 3] = channel(value, alphaMask);
          }
        }
      }
    }
  }

  private static byte channel(int value, int mask) {
    if (mask == 0) {
      return 0;
    }
    int shift = Integer.numberOfTrailingZeros(mask);
    long most = (mask & 0xffffffffL) >> shift;
    long sample = (value & mask & 0xffffffffL) >> shift;
    return (byte) (sample * 255 / most);
  }

  private byte[] decodeRuns() throws ImageException {
    ByteCursor cursor = new ByteCursor(bytes, dataOffset, bytes.length, false);
    byte[] indices = new byte[width * height];
    try {
      unpackRuns(cursor, indices);
    } catch (ImageException e) {
      if (!options.acceptsTruncated() || !Failures.isDamage(e)) {
        throw e;
      }
    }
    byte[] rgb = new byte[3 * width * height];
    for (int row = 0; row < height; row++) {
      int out = 3 * width * (topDown ? row : height - 1 - row);
      for (int column = 0; column < width; column++, out += 3) {
        System.arraycopy(palette, 3 * (indices[row * width + column] & 0xff), rgb, out, 3);
      }
    }
    return rgb;
  }

  private void unpackRuns(ByteCursor cursor, byte[] indices) throws ImageException {
    int x = 0;
    int y = 0;
    int runs = 0;
    while (y < height) {
      if (runs++ % RUNS_BETWEEN_CHECKS == 0) {
        time.check();
      }
      // A stream that has filled the last row may lack its end marker.
      if (y == height - 1 && x >= width && cursor.remaining() < 2) {
        break;
      }
      int count = cursor.u8();
      int value = cursor.u8();
      if (count > 0) {
        for (int index = 0; index < count; index++, x++) {
          int pixel = compression == RLE8 ? value : index % 2 == 0 ? value >> 4 : value & 15;
          set(indices, x, y, pixel);
        }
      } else if (value == 0) {
        x = 0;
        y++;
      } else if (value == 1) {
        break;
      } else if (value == 2) {
        x += cursor.u8();
        y += cursor.u8();
      } else {
        int start = cursor.position();
        cursor.skip((((compression == RLE8 ? value : (value + 1) / 2) + 1) / 2) * 2L);
        for (int index = 0; index < value; index++, x++) {
          int pixel =
              compression == RLE8
                  ? bytes[start + index]
                  : bytes[start + index / 2] >> (index % 2 == 0 ? 4 : 0) & 15;
          set(indices, x, y, pixel);
        }
      }
    }
  }

  /** Sets a pixel, if it is within the image: runs are cut at the end of their row. */
  private void set(byte[] indices, int x, int y, int value) {
    if (x < width && y < height) {
      indices[y * width + x] = (byte) value;
    }
  }
}
