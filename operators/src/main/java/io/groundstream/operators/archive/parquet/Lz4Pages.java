package io.groundstream.operators.archive.parquet;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4FrameInputStream;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses pages of Parquet's two LZ4 codecs. {@code LZ4_RAW} is one block. {@code LZ4}, whose
 * framing the specification left open, is Hadoop's form (sizes before each block), that of early
 * versions of Arrow (one block), or an LZ4 frame.
 */
final class Lz4Pages {
  private static final byte[] FRAME = {0x04, 0x22, 0x4d, 0x18};

  /** The pure Java implementation, which checks every access, because pages are not trusted. */
  private static final LZ4SafeDecompressor BLOCKS = LZ4Factory.safeInstance().safeDecompressor();

  private Lz4Pages() {}

  static byte[] raw(byte[] page, int size) throws IOException {
    try {
      byte[] bytes = new byte[size];
      int count = BLOCKS.decompress(page, 0, page.length, bytes, 0, size);
      return count == size ? bytes : Arrays.copyOf(bytes, count);
    } catch (LZ4Exception e) {
      throw new IOException("LZ4: " + e.getMessage(), e);
    }
  }

  static byte[] framed(byte[] page, int size) throws IOException {
    if (page.length >= FRAME.length && Arrays.equals(FRAME, Arrays.copyOf(page, FRAME.length))) {
      try (LZ4FrameInputStream frame = new LZ4FrameInputStream(new ByteArrayInputStream(page))) {
        byte[] bytes = frame.readNBytes(size);
        return frame.read() < 0 ? bytes : new byte[0];
      }
    }
    byte[] hadoop = hadoop(page, size);
    return hadoop == null ? raw(page, size) : hadoop;
  }

  /** Decompresses a page in Hadoop's form; returns null if it has another form. */
  private static byte @Nullable [] hadoop(byte[] page, int size) {
    ByteBuffer in = ByteBuffer.wrap(page);
    byte[] bytes = new byte[size];
    int filled = 0;
    try {
      while (in.remaining() >= 2 * Integer.BYTES) {
        int all = in.getInt();
        if (all < 0 || all > size - filled) {
          return null;
        }
        int end = filled + all;
        while (filled < end) {
          int length = in.remaining() < Integer.BYTES ? -1 : in.getInt();
          if (length < 0 || length > in.remaining()) {
            return null;
          }
          int count = BLOCKS.decompress(page, in.position(), length, bytes, filled, end - filled);
          if (count == 0) {
            return null;
          }
          filled += count;
          in.position(in.position() + length);
        }
      }
    } catch (LZ4Exception e) {
      return null;
    }
    return filled == size && !in.hasRemaining() ? bytes : null;
  }
}
