package io.groundstream.images;

import io.airlift.compress.zstd.ZstdDecompressor;
import io.airlift.compress.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * The strips or tiles of a TIFF: their layout in the image, their positions in the file, and their
 * unpacking. Not thread-safe; must be closed.
 */
final class TiffParts implements AutoCloseable {
  private static final int NONE = 1;
  private static final int HUFFMAN_ROWS = 2;
  private static final int GROUP_3 = 3;
  private static final int GROUP_4 = 4;
  private static final int LZW = 5;
  private static final int ADOBE_DEFLATE = 8;
  private static final int HUFFMAN_WORDS = 32771;
  private static final int PACK_BITS = 32773;
  private static final int DEFLATE = 32946;
  private static final int LZMA = 34925;
  private static final int ZSTD = 50000;

  /** Flags of T4Options: rows refer to the ones above; below, runs of pixels are uncompressed. */
  private static final int TWO_DIMENSIONS = 1;

  private static final int UNCOMPRESSED_RUNS = 2;

  /** The greatest expansion of byte-wise compressions: LZW's longest string for 12 bits. */
  private static final long MAX_EXPANSION = 4096;

  /** The greatest expansion of those with long repetitions, and of fax codes of one bit per row. */
  private static final long MAX_EXPANSION_OF_MODELS = 1 << 17;

  /** The largest dictionary of xz's presets, and the tables of its reader. */
  private static final int MAX_LZMA_KILOBYTES = 80 << 10;

  private static final String ADVICE = "convert it to TIFF with LZW, or to PNG)";

  /** The flag of a Zstandard frame's descriptor for no window (RFC 8878, section 3.1.1.1). */
  private static final int SINGLE_SEGMENT = 0x20;

  /** The window descriptor of the largest window that the library accepts. */
  private static final byte EIGHT_MEBIBYTES = 13 << 3;

  private static final int BYTES_BETWEEN_CHECKS = 1 << 19;

  private final byte[] bytes;
  private final TiffDirectory directory;
  private final boolean lenient;
  private final TimeLimit time;
  private final Inflater inflater = new Inflater();
  private @Nullable TiffLzw lzw;

  /** The number of planes that are stored separately: one per sample, or one for all samples. */
  final int planes;

  /** The number of a pixel's samples that are interleaved in a part. */
  final int bands;

  /** The number of rows of pixels that are stored together: more than one if subsampled. */
  final int blockRows;

  final int blockRowBytes;
  final int width;
  final int height;
  final int across;
  final int down;
  final boolean bigEndian;

  /**
   * Creates the layout of the parts.
   *
   * @param planes the number of planes that are needed; later planes may be missing
   * @throws ImageException if the compression is not supported, or the fields do not fit the file
   */
  TiffParts(
      byte[] bytes,
      TiffDirectory directory,
      int planes,
      boolean subsampled,
      ImageOptions options,
      TimeLimit time)
      throws ImageException {
    this.bytes = bytes;
    this.directory = directory;
    this.lenient = options.acceptsTruncated();
    this.time = time;
    this.width = (int) (directory.isTiled() ? directory.tileWidth : directory.width);
    this.height =
        (int)
            (directory.isTiled()
                ? directory.tileHeight
                : directory.rowsPerStrip < 1
                    ? directory.height
                    : Math.min(directory.rowsPerStrip, directory.height));
    this.across = (int) ((directory.width + width - 1) / width);
    this.down = (int) ((directory.height + height - 1) / height);
    this.planes = planes;
    this.bands = directory.planar ? 1 : directory.samplesPerPixel;
    this.blockRows = subsampled ? directory.ycbcrDown : 1;
    long rowBits =
        subsampled
            ? (width + directory.ycbcrAcross - 1L)
                / directory.ycbcrAcross
                * (directory.ycbcrAcross * directory.ycbcrDown + 2)
                * Byte.SIZE
            : (long) width * bands * directory.bitsPerSample;
    long partBytes = (rowBits + 7) / 8 * ((height + blockRows - 1) / blockRows);
    if (partBytes > Integer.MAX_VALUE - 64) {
      throw new ImageException(
          ImageErrorCode.IMAGE_TOO_MANY_PIXELS,
          "strip: " + partBytes + " bytes (expected: less than 2 GiB)");
    }
    this.blockRowBytes = (int) ((rowBits + 7) / 8);
    // Predicted floating-point numbers have their highest byte first, whatever the file's order.
    this.bigEndian = directory.isBigEndian() || predictor() == 3;
    check();
  }

  private void check() throws ImageException {
    long expansion =
        switch (directory.compression) {
          case NONE, LZW, ADOBE_DEFLATE, DEFLATE, PACK_BITS -> MAX_EXPANSION;
          case HUFFMAN_ROWS, HUFFMAN_WORDS, GROUP_3, GROUP_4 -> {
            if (directory.bitsPerSample != 1 || bands != 1) {
              throw Failures.corrupt(
                  "fax codes of "
                      + bands
                      + " samples of "
                      + directory.bitsPerSample
                      + " bits"
                      + " (expected: 1 of 1)");
            }
            if (directory.compression == GROUP_3
                && (directory.t4Options & UNCOMPRESSED_RUNS) != 0) {
              throw Failures.unsupportedFormat(
                  "compression: Group 3 with uncompressed runs (expected: without; " + ADVICE);
            }
            yield MAX_EXPANSION_OF_MODELS;
          }
          case LZMA, ZSTD -> MAX_EXPANSION_OF_MODELS;
          default ->
              throw Failures.unsupportedFormat(
                  "compression: "
                      + name(directory.compression)
                      + " (expected: none, LZW, Deflate, PackBits, JPEG, fax codes, Zstandard or"
                      + " LZMA; "
                      + ADVICE);
        };
    if (directory.offsets.length < (long) across * down * planes) {
      throw Failures.corrupt(
          "strips or tiles: "
              + directory.offsets.length
              + " (expected: "
              + (long) across * down * planes
              + ")");
    }
    // Checked before memory is allocated: a small file cannot hold a large image.
    long pixelBits = (long) directory.samplesPerPixel * directory.bitsPerSample;
    if (!lenient && directory.width * directory.height * pixelBits / 8 / expansion > bytes.length) {
      throw Failures.truncated(
          "image data: too little for "
              + directory.width
              + " x "
              + directory.height
              + " pixels (expected: more)");
    }
    if (predictor() == 3
        ? directory.sampleFormat != 3
        : predictor() == 2
            && directory.bitsPerSample != 8
            && directory.bitsPerSample != 16
            && directory.bitsPerSample != 32
            && directory.bitsPerSample != 64) {
      throw Failures.unsupportedFormat(
          "predictor "
              + predictor()
              + " with "
              + directory.bitsPerSample
              + " bits (expected: 8, 16, 32 or 64; "
              + ADVICE);
    }
  }

  private static String name(int compression) {
    return switch (compression) {
      case 9 -> "JBIG (9)";
      case 10 -> "JBIG (10)";
      case 32766 -> "NeXT (32766)";
      case 32809 -> "ThunderScan (32809)";
      case 32895, 32896, 32897, 32898 -> "prepress (" + compression + ")";
      case 32908 -> "PixarFilm (32908)";
      case 32909 -> "PixarLog (32909)";
      case 33003, 33004, 33005, 34712 -> "JPEG 2000 (" + compression + ")";
      case 34661 -> "JBIG (34661)";
      case 34676, 34677 -> "SGI's LogLuv (" + compression + ")";
      case 34887 -> "LERC (34887)";
      case 34892 -> "lossy JPEG of DNG (34892)";
      case 34933 -> "PNG (34933)";
      case 34934 -> "JPEG XR (34934)";
      case 50001 -> "WebP (50001)";
      case 50002, 52546 -> "JPEG XL (" + compression + ")";
      default -> String.valueOf(compression);
    };
  }

  /** Returns the predictor, which applies only to the compressions that gain by it. */
  private int predictor() {
    return switch (directory.compression) {
      case LZW, ADOBE_DEFLATE, DEFLATE, LZMA, ZSTD -> directory.predictor;
      default -> 1;
    };
  }

  /** Returns the number of bytes of the first rows of a part. */
  int bytesOf(int rows) {
    return (rows + blockRows - 1) / blockRows * blockRowBytes;
  }

  /**
   * Unpacks the first rows of a part.
   *
   * @param part the part's number within its plane, row by row
   * @param rows the number of rows of pixels
   * @throws ImageException if data are missing or damaged, unless damage is accepted
   */
  void unpack(int plane, int part, int rows, byte[] target, int offset) throws ImageException {
    int count = bytesOf(rows);
    int index = plane * across * down + part;
    if (lenient || isFax()) {
      Arrays.fill(target, offset, offset + count, (byte) 0);
    }
    try {
      long start = directory.offsets[index];
      if (start < 0 || start >= bytes.length) {
        throw Failures.truncated(
            "strip or tile at byte " + start + " (expected: less than " + bytes.length + ")");
      }
      int length = length(index, (int) start, count);
      byte[] source = bytes;
      int from = (int) start;
      if (directory.reversedBits) {
        source = reversed(from, length);
        from = 0;
      }
      int filled = unpack(source, from, length, target, offset, count, rows);
      if (filled < count) {
        throw Failures.truncated(
            "strip or tile at byte "
                + start
                + ": "
                + filled
                + " bytes unpacked (expected: "
                + count
                + ")");
      }
    } catch (ImageException e) {
      if (!lenient || !Failures.isDamage(e)) {
        throw e;
      }
    }
    if (predictor() == 2) {
      TiffPredictor.addLeft(target, offset, count / blockRowBytes, blockRowBytes, bands, directory);
    } else if (predictor() == 3) {
      TiffPredictor.joinBytes(
          target, offset, count / blockRowBytes, blockRowBytes, bands, directory.bitsPerSample / 8);
    }
  }

  private boolean isFax() {
    return switch (directory.compression) {
      case HUFFMAN_ROWS, HUFFMAN_WORDS, GROUP_3, GROUP_4 -> true;
      default -> false;
    };
  }

  /**
   * Returns the length of a part; one without a stated length extends to the file's end at most.
   */
  private int length(int index, int start, int unpacked) {
    long stated = index < directory.byteCounts.length ? directory.byteCounts[index] : 0;
    int most = bytes.length - start;
    if (stated <= 0) {
      return directory.compression == NONE ? Math.min(most, unpacked) : most;
    }
    return (int) Math.min(stated, most);
  }

  private int unpack(
      byte[] source, int from, int length, byte[] target, int offset, int count, int rows)
      throws ImageException {
    return switch (directory.compression) {
      case NONE -> {
        int copied = Math.min(length, count);
        System.arraycopy(source, from, target, offset, copied);
        yield copied;
      }
      case LZW -> {
        if (lzw == null) {
          lzw = new TiffLzw(time);
        }
        yield lzw.unpack(source, from, length, target, offset, count);
      }
      case ADOBE_DEFLATE, DEFLATE -> inflate(source, from, length, target, offset, count);
      case PACK_BITS -> unpackBits(source, from, length, target, offset, count);
      case ZSTD -> unpackZstandard(source, from, length, target, offset, count);
      case LZMA -> unpackModel(source, from, length, target, offset, count);
      case HUFFMAN_ROWS ->
          fax(source, from, length, CcittFax.Kind.ROWS_IN_BYTES, target, offset, rows);
      case HUFFMAN_WORDS ->
          fax(source, from, length, CcittFax.Kind.ROWS_IN_WORDS, target, offset, rows);
      case GROUP_3 ->
          fax(
              source,
              from,
              length,
              (directory.t4Options & TWO_DIMENSIONS) != 0
                  ? CcittFax.Kind.GROUP_3_TWO_DIMENSIONS
                  : CcittFax.Kind.GROUP_3,
              target,
              offset,
              rows);
      default -> fax(source, from, length, CcittFax.Kind.GROUP_4, target, offset, rows);
    };
  }

  private int fax(
      byte[] source, int from, int length, CcittFax.Kind kind, byte[] target, int offset, int rows)
      throws ImageException {
    return new CcittFax(source, from, length, width, kind).unpack(target, offset, rows, time);
  }

  private int inflate(byte[] source, int from, int length, byte[] target, int offset, int count)
      throws ImageException {
    inflater.reset();
    inflater.setInput(source, from, length);
    int filled = 0;
    try {
      while (filled < count) {
        time.check();
        int most = Math.min(BYTES_BETWEEN_CHECKS, count - filled);
        int made = inflater.inflate(target, offset + filled, most);
        if (made == 0) {
          break;
        }
        filled += made;
      }
    } catch (DataFormatException e) {
      throw Failures.corrupt("image data: " + e.getMessage() + " (expected: a zlib stream)", e);
    }
    return filled;
  }

  /**
   * Unpacks a frame at once if it fits, since the library then has the whole output and needs no
   * window, which may be larger than it accepts. A frame with more rows than are needed, such as a
   * tile at the lower edge, is unpacked as a stream.
   */
  private int unpackZstandard(
      byte[] source, int from, int length, byte[] target, int offset, int count)
      throws ImageException {
    time.check();
    byte[] frame = Arrays.copyOfRange(source, from, from + length);
    boolean hasWindow = length > 5 && (frame[4] & SINGLE_SEGMENT) == 0;
    if (hasWindow && (frame[5] & 0xff) > EIGHT_MEBIBYTES) {
      frame[5] = EIGHT_MEBIBYTES;
    }
    try {
      return new ZstdDecompressor().decompress(frame, 0, length, target, offset, count);
    } catch (RuntimeException e) {
      return unpackModel(frame, 0, length, target, offset, count);
    }
  }

  private int unpackModel(byte[] source, int from, int length, byte[] target, int offset, int count)
      throws ImageException {
    int filled = 0;
    InputStream packed = new ByteArrayInputStream(source, from, length);
    try (InputStream unpacked =
        directory.compression == ZSTD
            ? new ZstdInputStream(packed)
            : new XZInputStream(packed, MAX_LZMA_KILOBYTES)) {
      while (filled < count) {
        time.check();
        int most = Math.min(BYTES_BETWEEN_CHECKS, count - filled);
        int made = unpacked.read(target, offset + filled, most);
        if (made < 0) {
          break;
        }
        filled += made;
      }
    } catch (EOFException e) {
      return filled;
    } catch (IOException | RuntimeException e) {
      // The libraries report some damage, and fail with other exceptions on the rest.
      throw Failures.corrupt("image data: " + e + " (expected: an undamaged stream)");
    }
    return filled;
  }

  private int unpackBits(byte[] source, int from, int length, byte[] target, int offset, int count)
      throws ImageException {
    int in = from;
    int end = from + length;
    int out = offset;
    int limit = offset + count;
    int runs = 0;
    while (out < limit && in + 1 < end) {
      if (runs++ % BYTES_BETWEEN_CHECKS == 0) {
        time.check();
      }
      int control = source[in++];
      if (control >= 0) {
        int literals = Math.min(Math.min(control + 1, end - in), limit - out);
        System.arraycopy(source, in, target, out, literals);
        in += control + 1;
        out += literals;
      } else if (control != -128) {
        int until = Math.min(out + 1 - control, limit);
        Arrays.fill(target, out, until, source[in++]);
        out = until;
      }
    }
    return out - offset;
  }

  private byte[] reversed(int from, int length) {
    byte[] turned = new byte[length];
    for (int index = 0; index < length; index++) {
      turned[index] = (byte) (Integer.reverse(bytes[from + index]) >>> 24);
    }
    return turned;
  }

  @Override
  public void close() {
    inflater.end();
  }
}
