package io.groundstream.operators.archive.compress;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Reads gzip files with any number of members, as pigz, bgzip and {@code cat} write them.
 *
 * <p>The JDK's stream looks for another member only if the underlying stream reports available
 * bytes; streams of object stores may report none, and the rest of the file would be lost silently.
 * For one thread.
 */
final class GzipMembers extends InputStream {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int FIRST = 0x1f;
  private static final int SECOND = 0x8b;
  private static final int DEFLATE = 8;
  private static final int HEADER_CHECKSUM = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;

  private final InputStream in;
  private final Inflater inflater = new Inflater(/* nowrap= */ true);
  private final CRC32 checksum = new CRC32();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int next;
  private int limit;
  private boolean within;
  private boolean ended;

  GzipMembers(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!ended) {
      if (!within && !begin()) {
        ended = true;
        break;
      }
      int got = inflate(target, offset, length);
      if (got > 0) {
        checksum.update(target, offset, got);
        return got;
      }
      if (inflater.finished()) {
        finish();
      } else if (inflater.needsDictionary()) {
        throw new ZipException("a dictionary is needed");
      } else if (inflater.needsInput()) {
        if (!fill()) {
          throw new EOFException("within a member");
        }
        inflater.setInput(buffer, next, limit - next);
        next = limit;
      }
    }
    return -1;
  }

  private int inflate(byte[] target, int offset, int length) throws ZipException {
    try {
      return inflater.inflate(target, offset, length);
    } catch (DataFormatException e) {
      throw new ZipException(e.getMessage() == null ? "invalid data" : e.getMessage());
    }
  }

  /** Reads a member's header; returns false at the end of the file. */
  private boolean begin() throws IOException {
    boolean first = inflater.getTotalIn() == 0 && inflater.getTotalOut() == 0;
    int byte0 = first ? required() : skipZeros();
    if (byte0 < 0) {
      return false;
    }
    if (byte0 != FIRST || required() != SECOND) {
      throw new ZipException("data after the last member that is not a member");
    }
    if (required() != DEFLATE) {
      throw new ZipException("a compression method that gzip does not have");
    }
    int flags = required();
    skip(6);
    if ((flags & EXTRA) != 0) {
      skip(required() | required() << 8);
    }
    for (int text : new int[] {NAME, COMMENT}) {
      if ((flags & text) != 0) {
        while (required() != 0) {
          // The name and comment are irrelevant to the content.
        }
      }
    }
    if ((flags & HEADER_CHECKSUM) != 0) {
      skip(2);
    }
    inflater.reset();
    inflater.setInput(buffer, next, limit - next);
    next = limit;
    checksum.reset();
    within = true;
    return true;
  }

  /** Skips the zeros with which tapes and some copies are padded. */
  private int skipZeros() throws IOException {
    int value = optional();
    while (value == 0) {
      value = optional();
    }
    return value;
  }

  private void finish() throws IOException {
    next = limit - inflater.getRemaining();
    long expected = number();
    long length = number();
    if (expected != checksum.getValue()) {
      throw new ZipException("a wrong checksum");
    }
    if (length != (inflater.getBytesWritten() & 0xffffffffL)) {
      throw new ZipException("a wrong length");
    }
    within = false;
  }

  private long number() throws IOException {
    return required() | required() << 8 | required() << 16 | (long) required() << 24;
  }

  private void skip(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      required();
    }
  }

  private int required() throws IOException {
    int value = optional();
    if (value < 0) {
      throw new EOFException("within a member's header or end");
    }
    return value;
  }

  private int optional() throws IOException {
    if (next == limit && !fill()) {
      return -1;
    }
    int value = buffer[next] & 0xff;
    next++;
    return value;
  }

  private boolean fill() throws IOException {
    next = 0;
    limit = Math.max(0, in.read(buffer, 0, BUFFER_BYTES));
    return limit > 0;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
