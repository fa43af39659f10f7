package io.groundstream.operators.archive.zip;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.apache.flink.core.fs.FSDataInputStream;

/**
 * Reads the content of stored or deflated zip entries, never more than the size in the directory.
 */
public final class ZipContent {
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final int HEADER_BYTES = 30;
  private static final int HEADER_MARK = 0x04034b50;

  private ZipContent() {}

  /** Returns a message why an entry cannot be read; empty if it can. */
  public static String refusal(ZipEntryInfo entry) {
    if (entry.isEncrypted()) {
      return "encrypted (expected: a zip file without a password)";
    }
    return entry.method() == STORED || entry.method() == DEFLATED
        ? ""
        : "compressed with " + methodName(entry.method()) + " (expected: stored or deflated)";
  }

  private static String methodName(int method) {
    return switch (method) {
      case 9 -> "Deflate64";
      case 12 -> "bzip2";
      case 14 -> "LZMA";
      case 93, 20 -> "Zstandard";
      case 95 -> "xz";
      default -> "method " + method;
    };
  }

  /**
   * Returns an entry's content. The caller has to check its sizes first.
   *
   * @throws ZipDamageException if the content contradicts the directory
   */
  public static byte[] read(FSDataInputStream in, ZipEntryInfo entry)
      throws IOException, ZipDamageException {
    in.seek(entry.headerOffset());
    ByteBuffer header = ByteBuffer.wrap(in.readNBytes(HEADER_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    if (header.limit() < HEADER_BYTES || header.getInt(0) != HEADER_MARK) {
      throw new ZipDamageException(
          "byte " + entry.headerOffset() + ": not an entry header (expected: one)");
    }
    int before = (header.getShort(26) & 0xffff) + (header.getShort(28) & 0xffff);
    in.seek(entry.headerOffset() + HEADER_BYTES + before);
    // Deflated content exceeds its original size by at most a few bytes.
    int most = (int) Math.min(entry.compressedSize(), entry.size() + entry.size() / 100 + 1024);
    byte[] compressed = in.readNBytes(most);
    byte[] content = entry.method() == STORED ? compressed : inflated(compressed, entry);
    CRC32 checksum = new CRC32();
    checksum.update(content);
    if (content.length != entry.size() || checksum.getValue() != entry.checksum()) {
      throw new ZipDamageException(
          content.length
              + " bytes with a wrong checksum (expected: the "
              + entry.size()
              + " of the directory)");
    }
    return content;
  }

  private static byte[] inflated(byte[] compressed, ZipEntryInfo entry) throws ZipDamageException {
    Inflater inflater = new Inflater(/* nowrap= */ true);
    try {
      inflater.setInput(compressed);
      byte[] content = new byte[(int) entry.size()];
      int done = 0;
      while (done < content.length) {
        int got = inflater.inflate(content, done, content.length - done);
        if (got == 0) {
          throw new ZipDamageException(
              "its content ends after " + done + " bytes (expected: " + entry.size() + ")");
        }
        done += got;
      }
      return content;
    } catch (DataFormatException e) {
      throw new ZipDamageException("damaged content (expected: deflated): " + e.getMessage());
    } finally {
      inflater.end();
    }
  }
}
