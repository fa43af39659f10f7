package io.groundstream.operators.archive.compress;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.flink.core.fs.FSDataInputStream;

/**
 * The compression of a file, detected from its first bytes regardless of its name.
 *
 * <pre>{@code
 * Compression compression = Compression.of(in);
 * InputStream plain = compression.open(in, limits);
 * }</pre>
 */
public enum Compression {
  /** No compression was recognised. */
  NONE("no compression"),
  GZIP("gzip", new byte[] {0x1f, (byte) 0x8b}),
  ZSTANDARD("Zstandard", new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd}),
  XZ("xz", new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0}),
  BZIP2("bzip2", ascii("BZh")),

  LZ4("LZ4", new byte[] {0x04, 0x22, 0x4d, 0x18}, new byte[] {0x02, 0x21, 0x4c, 0x18}),
  COMPRESS("compress (.Z)", new byte[] {0x1f, (byte) 0x9d}),
  LZIP("lzip", ascii("LZIP")),
  LZOP("lzop", new byte[] {(byte) 0x89, 'L', 'Z', 'O', 0, 0x0d, 0x0a, 0x1a, 0x0a}),
  SNAPPY("Snappy", new byte[] {(byte) 0xff, 0x06, 0x00, 0x00, 's', 'N', 'a', 'P', 'p', 'Y'}),
  LZMA("LZMA alone", new byte[] {0x5d, 0, 0}),
  SEVEN_ZIP("7-Zip", new byte[] {'7', 'z', (byte) 0xbc, (byte) 0xaf, 0x27, 0x1c}),
  RAR("RAR", ascii("Rar!\u001a\u0007"));

  private static final int MOST_MAGIC_BYTES = 10;

  /** Follows the level in a bzip2 file: the marker of a block, or of the end of an empty file. */
  private static final byte[] BZIP2_BLOCK = {0x31, 0x41, 0x59, 0x26, 0x53, 0x59};

  private static final byte[] BZIP2_END = {0x17, 0x72, 0x45, 0x38, 0x50, (byte) 0x90};

  private final String description;

  @SuppressWarnings("ImmutableEnumChecker") // Never handed out.
  private final byte[][] magics;

  Compression(String description, byte[]... magics) {
    this.description = description;
    this.magics = magics;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Returns a name to show in messages. */
  public String description() {
    return description;
  }

  /** Detects the compression of a file whose stream is at its beginning, and leaves it there. */
  public static Compression of(FSDataInputStream in) throws IOException {
    byte[] first = new byte[MOST_MAGIC_BYTES];
    int count = in.readNBytes(first, 0, first.length);
    in.seek(0);
    return of(Arrays.copyOf(first, count));
  }

  /**
   * Detects the compression from the first bytes of a file.
   *
   * @param first the first ten bytes, or the whole file if it is shorter
   */
  public static Compression of(byte[] first) {
    for (Compression compression : values()) {
      for (byte[] magic : compression.magics) {
        if (startsWith(first, 0, magic) && (compression != BZIP2 || isBzip2(first))) {
          return compression;
        }
      }
    }
    // A skippable frame, with which parallel compressors begin.
    boolean skippable =
        first.length >= 4
            && (first[0] & 0xf0) == 0x50
            && first[1] == 0x2a
            && first[2] == 0x4d
            && first[3] == 0x18;
    return skippable ? ZSTANDARD : NONE;
  }

  private static boolean isBzip2(byte[] first) {
    return first.length == MOST_MAGIC_BYTES
        && first[3] >= '1'
        && first[3] <= '9'
        && (startsWith(first, 4, BZIP2_BLOCK) || startsWith(first, 4, BZIP2_END));
  }

  private static boolean startsWith(byte[] bytes, int at, byte[] expected) {
    return bytes.length >= at + expected.length
        && Arrays.equals(bytes, at, at + expected.length, expected, 0, expected.length);
  }

  /** Returns whether {@link #open} can decompress it. */
  public boolean isSupported() {
    return switch (this) {
      case NONE, GZIP, ZSTANDARD, XZ, BZIP2 -> true;
      case LZ4, COMPRESS, LZIP, LZOP, SNAPPY, LZMA, SEVEN_ZIP, RAR -> false;
    };
  }

  /** Returns the message for a file whose compression is not supported. */
  public String refusal() {
    return "compressed with "
        + description
        + " (expected: gzip, Zstandard, xz, bzip2, or no compression; recompress it)";
  }

  /**
   * Returns a stream of the decompressed content. Its reads fail with a {@link
   * CompressionException} for any fault in the content, and with any other {@link IOException} only
   * if the file system fails.
   *
   * @param in the compressed stream, at its beginning; closed with the returned stream
   */
  public InputStream open(InputStream in, DecompressionLimits limits) {
    return this == NONE ? in : new DecompressedStream(in, this, limits);
  }
}
