package io.groundstream.images;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Decodes PNG (W3C recommendation, third edition): every colour type and bit depth, interlaced or
 * not, and the default image of an animated PNG.
 *
 * <p>16-bit samples keep their high byte. Gamma is not applied. Decoding works row by row, so that
 * it holds little more than the result, which is allocated only if the compressed data can fill it.
 */
final class PngDecoder {
  private static final int IHDR = 0x49484452;
  private static final int PLTE = 0x504c5445;
  private static final int IDAT = 0x49444154;
  private static final int IEND = 0x49454e44;
  private static final int TRNS = 0x74524e53;
  private static final int ICCP = 0x69434350;
  private static final int FCTL = 0x6663544c;

  private static final int GRAY = 0;
  private static final int COLOR = 2;
  private static final int INDEXED = 3;
  private static final int GRAY_ALPHA = 4;
  private static final int COLOR_ALPHA = 6;

  /** The greatest expansion of Deflate (zlib's technical details: 1032 to 1). */
  private static final long MAX_EXPANSION = 1032;

  /** Limits the memory of the two rows that are held besides the result. */
  private static final int MAX_ROW_BYTES = 16 << 20;

  /** Adam7: first column, first row, column step, row step of each pass. */
  private static final int[][] PASSES = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  private static final int[][] WHOLE = {{0, 0, 1, 1}};

  private final byte[] bytes;
  private final ImageOptions options;
  private final TimeLimit time;

  private int width;
  private int height;
  private int bitDepth;
  private int colorType;
  private boolean interlaced;
  private byte[] palette = new byte[0];
  private final PngMetadata metadata = new PngMetadata();
  private byte @Nullable [] alpha;
  private byte @Nullable [] profile;

  /**
   * The opacities of palette entries, or the one transparent colour; empty if all pixels are
   * opaque.
   */
  private byte[] transparency = new byte[0];

  /** The position of the next chunk of image data; earlier chunks were given to the inflater. */
  private int nextChunk;

  PngDecoder(byte[] bytes, ImageOptions options, TimeLimit time) {
    this.bytes = bytes;
    this.options = options;
    this.time = time;
  }

  StoredImage decode() throws ImageException {
    readChunksBeforeData();
    checkDataCanFill();
    byte[] rgb = new byte[3 * width * height];
    boolean hasAlpha =
        colorType == GRAY_ALPHA || colorType == COLOR_ALPHA || transparency.length > 0;
    if (options.keepsAlpha() && hasAlpha) {
      alpha = new byte[width * height];
      Arrays.fill(alpha, (byte) 255);
    }
    Inflater inflater = new Inflater();
    try {
      for (int[] pass : interlaced ? PASSES : WHOLE) {
        readPass(inflater, pass, rgb);
      }
    } catch (ImageException e) {
      if (!options.acceptsTruncated() || !Failures.isDamage(e)) {
        throw e;
      }
    } catch (DataFormatException e) {
      if (options.acceptsTruncated()) {
        return stored(rgb);
      }
      throw Failures.corrupt("image data: " + e.getMessage() + " (expected: a zlib stream)", e);
    } finally {
      inflater.end();
    }
    return stored(rgb);
  }

  private StoredImage stored(byte[] rgb) {
    readMetadataAfterData();
    return new StoredImage(
        new DecodedImage(width, height, rgb), metadata.orientation(), alpha, profile);
  }

  private void readChunksBeforeData() throws ImageException {
    ByteCursor cursor = new ByteCursor(bytes, 8, bytes.length, true);
    boolean first = true;
    while (true) {
      long length = cursor.u32();
      int type = (int) cursor.u32();
      int start = cursor.position();
      if (first != (type == IHDR)) {
        throw Failures.corrupt("chunk " + name(type) + " (expected: IHDR first, and once)");
      }
      first = false;
      if (type == IDAT) {
        nextChunk = start - 8;
        if (colorType == INDEXED && palette.length == 0) {
          throw Failures.corrupt("no chunk PLTE (expected: one before the image data)");
        }
        return;
      }
      if (type == IEND) {
        throw Failures.truncated("no chunk IDAT before IEND (expected: image data)");
      }
      cursor.skip(length);
      int end = cursor.position();
      long crc = cursor.u32();
      if (!options.acceptsTruncated() && (type == IHDR || type == PLTE)) {
        checkCrc(type, start - 4, end, crc);
      }
      readChunk(type, start, end);
    }
  }

  private void readChunk(int type, int start, int end) throws ImageException {
    switch (type) {
      case IHDR -> readHeader(new ByteCursor(bytes, start, end, true));
      case PLTE -> {
        palette = new byte[3 * 256];
        System.arraycopy(bytes, start, palette, 0, Math.min(end - start, palette.length));
      }
      case TRNS -> transparency = Arrays.copyOfRange(bytes, start, end);
      case ICCP -> {
        if (options.appliesColorProfiles()) {
          profile = inflateProfile(start, end);
        }
      }
      default -> {
        if (PngMetadata.wants(type)) {
          metadata.add(type, bytes, start, end);
        }
      }
    }
  }

  /** Returns the profile after its name, or null if it cannot be read or is too large. */
  private byte @Nullable [] inflateProfile(int start, int end) {
    int nameEnd = start;
    while (nameEnd < end && bytes[nameEnd] != 0) {
      nameEnd++;
    }
    int dataStart = nameEnd + 2;
    if (dataStart >= end) {
      return null;
    }
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(bytes, dataStart, end - dataStart);
      ByteArrayOutputStream inflated = new ByteArrayOutputStream();
      byte[] part = new byte[8192];
      while (!inflater.finished() && inflated.size() <= ColorProfile.MAX_BYTES) {
        int count = inflater.inflate(part);
        if (count == 0) {
          return null;
        }
        inflated.write(part, 0, count);
      }
      return inflated.toByteArray();
    } catch (DataFormatException e) {
      return null;
    } finally {
      inflater.end();
    }
  }

  private void readHeader(ByteCursor cursor) throws ImageException {
    long statedWidth = cursor.u32();
    long statedHeight = cursor.u32();
    bitDepth = cursor.u8();
    colorType = cursor.u8();
    int compression = cursor.u8();
    int filter = cursor.u8();
    int interlace = cursor.u8();
    boolean known =
        switch (colorType) {
          case GRAY -> bitDepth == 1 || bitDepth == 2 || bitDepth == 4 || bitDepth >= 8;
          case INDEXED -> bitDepth == 1 || bitDepth == 2 || bitDepth == 4 || bitDepth == 8;
          case COLOR, GRAY_ALPHA, COLOR_ALPHA -> bitDepth >= 8;
          default -> false;
        };
    if (!known || (bitDepth > 8 && bitDepth != 16)) {
      throw Failures.corrupt(
          "colour type "
              + colorType
              + " with "
              + bitDepth
              + " bits (expected: a combination that PNG has)");
    }
    if (compression != 0 || filter != 0 || interlace > 1) {
      throw Failures.corrupt(
          "compression, filter, interlace: "
              + compression
              + ", "
              + filter
              + ", "
              + interlace
              + " (expected: 0, 0, 0 or 1)");
    }
    options.limits().checkSize(statedWidth, statedHeight);
    width = (int) statedWidth;
    height = (int) statedHeight;
    interlaced = interlace == 1;
  }

  private void checkCrc(int type, int start, int end, long stated) throws ImageException {
    CRC32 crc = new CRC32();
    crc.update(bytes, start, end - start);
    if (crc.getValue() != stated) {
      throw Failures.corrupt("checksum of chunk " + name(type) + ": does not match the data");
    }
  }

  /** Checks, before memory is allocated, that the file is large enough for its pixels. */
  private void checkDataCanFill() throws ImageException {
    long rawBytes = (long) height * ((long) width * samples() * bitDepth / 8);
    long available = (bytes.length - nextChunk) * MAX_EXPANSION;
    if (rawBytes > available) {
      throw Failures.truncated("image data: too little for " + width + " x " + height + " pixels");
    }
  }

  private int samples() {
    return switch (colorType) {
      case COLOR -> 3;
      case GRAY_ALPHA -> 2;
      case COLOR_ALPHA -> 4;
      default -> 1;
    };
  }

  private void readPass(Inflater inflater, int[] pass, byte[] rgb)
      throws ImageException, DataFormatException {
    int columns = (width - pass[0] + pass[2] - 1) / pass[2];
    int rows = (height - pass[1] + pass[3] - 1) / pass[3];
    if (columns <= 0 || rows <= 0) {
      return;
    }
    int pixelBits = samples() * bitDepth;
    int rowBytes = (int) (((long) columns * pixelBits + 7) / 8);
    int pixelBytes = Math.max(1, pixelBits / 8);
    if (rowBytes > MAX_ROW_BYTES) {
      throw new ImageException(
          ImageErrorCode.IMAGE_TOO_MANY_PIXELS,
          "row: " + rowBytes + " bytes (expected: at most " + MAX_ROW_BYTES + ")");
    }
    // A byte with the filter type precedes each row; the row before the first one is all zero.
    byte[] row = new byte[rowBytes + 1];
    byte[] above = new byte[rowBytes + 1];
    for (int index = 0; index < rows; index++) {
      time.check();
      fill(inflater, row);
      unfilter(row, above, pixelBytes);
      int y = pass[1] + index * pass[3];
      emit(row, columns, rgb, 3 * (y * width + pass[0]), 3 * pass[2]);
      byte[] swap = above;
      above = row;
      row = swap;
    }
  }

  private void fill(Inflater inflater, byte[] row) throws ImageException, DataFormatException {
    int filled = 0;
    while (filled < row.length) {
      int count = inflater.inflate(row, filled, row.length - filled);
      filled += count;
      if (count > 0) {
        continue;
      }
      if (inflater.finished() || inflater.needsDictionary() || !feed(inflater)) {
        throw Failures.truncated("image data: ends before the last row (expected: all rows)");
      }
    }
  }

  /** Gives the next chunk of image data to the inflater; returns false if there is none. */
  private boolean feed(Inflater inflater) throws ImageException {
    if (nextChunk + 8 > bytes.length) {
      return false;
    }
    ByteCursor cursor = new ByteCursor(bytes, nextChunk, bytes.length, true);
    long length = cursor.u32();
    int type = (int) cursor.u32();
    if (type != IDAT) {
      return false;
    }
    int available = (int) Math.min(length, cursor.remaining());
    inflater.setInput(bytes, cursor.position(), available);
    nextChunk = (int) Math.min(cursor.position() + length + 4, bytes.length);
    return true;
  }

  private static void unfilter(byte[] row, byte[] above, int pixelBytes) throws ImageException {
    switch (row[0]) {
      case 0 -> {}
      case 1 -> {
        for (int index = 1 + pixelBytes; index < row.length; index++) {
          row[index] += row[index - pixelBytes];
        }
      }
      case 2 -> {
        for (int index = 1; index < row.length; index++) {
          row[index] += above[index];
        }
      }
      case 3 -> {
        for (int index = 1; index < row.length; index++) {
          int left = index > pixelBytes ? row[index - pixelBytes] & 0xff : 0;
          row[index] += (byte) ((left + (above[index] & 0xff)) >> 1);
        }
      }
      case 4 -> {
        for (int index = 1; index < row.length; index++) {
          boolean inside = index > pixelBytes;
          int left = inside ? row[index - pixelBytes] & 0xff : 0;
          int corner = inside ? above[index - pixelBytes] & 0xff : 0;
          row[index] += (byte) paeth(left, above[index] & 0xff, corner);
        }
      }
      default -> throw Failures.corrupt("row filter: " + (row[0] & 0xff) + " (expected: 0 to 4)");
    }
  }

  private static int paeth(int left, int up, int corner) {
    int toLeft = Math.abs(up - corner);
    int toUp = Math.abs(left - corner);
    int toCorner = Math.abs(left + up - 2 * corner);
    if (toLeft <= toUp && toLeft <= toCorner) {
      return left;
    }
    return toUp <= toCorner ? up : corner;
  }

  private void emit(byte[] row, int columns, byte[] rgb, int start, int step) {
    int sampleBytes = bitDepth == 16 ? 2 : 1;
    int pixelBytes = samples() * sampleBytes;
    boolean color = colorType == COLOR || colorType == COLOR_ALPHA;
    int out = start;
    for (int column = 0; column < columns; column++, out += step) {
      if (bitDepth < 8) {
        int bit = column * bitDepth;
        int value = (row[1 + bit / 8] >> (8 - bitDepth - bit % 8)) & ((1 << bitDepth) - 1);
        put(value, colorType == INDEXED ? 1 : 255 / ((1 << bitDepth) - 1), rgb, out);
        if (alpha != null) {
          alpha[out / 3] = opacity(value, value, value);
        }
      } else if (color) {
        int in = 1 + column * pixelBytes;
        rgb[out] = row[in];
        rgb[out + 1] = row[in + sampleBytes];
        rgb[out + 2] = row[in + 2 * sampleBytes];
      } else {
        put(row[1 + column * pixelBytes] & 0xff, 1, rgb, out);
      }
      if (alpha != null && bitDepth >= 8) {
        alpha[out / 3] = opacity(row, 1 + column * pixelBytes, sampleBytes);
      }
    }
  }

  private byte opacity(byte[] row, int in, int sampleBytes) {
    if (colorType == GRAY_ALPHA) {
      return row[in + sampleBytes];
    }
    if (colorType == COLOR_ALPHA) {
      return row[in + 3 * sampleBytes];
    }
    int step = colorType == COLOR ? sampleBytes : 0;
    return opacity(
        sample(row, in, sampleBytes),
        sample(row, in + step, sampleBytes),
        sample(row, in + 2 * step, sampleBytes));
  }

  private static int sample(byte[] row, int in, int sampleBytes) {
    int high = row[in] & 0xff;
    return sampleBytes == 1 ? high : high << 8 | (row[in + 1] & 0xff);
  }

  /** Returns the opacity that the tRNS chunk gives a palette index or a colour. */
  private byte opacity(int first, int second, int third) {
    if (colorType == INDEXED) {
      return first < transparency.length ? transparency[first] : (byte) 255;
    }
    int samples = colorType == COLOR ? 3 : 1;
    if (transparency.length < 2 * samples) {
      return (byte) 255;
    }
    boolean equal =
        first == sample(transparency, 0, 2)
            && (samples == 1
                || (second == sample(transparency, 2, 2) && third == sample(transparency, 4, 2)));
    return (byte) (equal ? 0 : 255);
  }

  private void put(int value, int scale, byte[] rgb, int out) {
    if (colorType == INDEXED) {
      System.arraycopy(palette, 3 * value, rgb, out, 3);
    } else {
      byte gray = (byte) (value * scale);
      rgb[out] = gray;
      rgb[out + 1] = gray;
      rgb[out + 2] = gray;
    }
  }

  /** Reads metadata after the image data, where faults do not matter. */
  private void readMetadataAfterData() {
    try {
      ByteCursor cursor = new ByteCursor(bytes, nextChunk, bytes.length, true);
      while (cursor.remaining() >= 12) {
        long length = cursor.u32();
        int type = (int) cursor.u32();
        int start = cursor.position();
        if (type == IEND || type == FCTL) {
          // The end, or the next frame of an animation.
          return;
        }
        cursor.skip(length);
        if (PngMetadata.wants(type)) {
          metadata.add(type, bytes, start, cursor.position());
        }
        cursor.skip(4);
      }
    } catch (ImageException e) {
      // The image itself is complete; only the data after it are not.
      return;
    }
  }

  private static String name(int type) {
    StringBuilder name = new StringBuilder();
    for (int shift = 24; shift >= 0; shift -= 8) {
      int letter = type >> shift & 0xff;
      name.append(letter > 0x20 && letter < 0x7f ? (char) letter : '?');
    }
    return name.toString();
  }
}
