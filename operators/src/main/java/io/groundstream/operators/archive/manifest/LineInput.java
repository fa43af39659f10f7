package io.groundstream.operators.archive.manifest;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines that end with LF or CRLF, or with CR alone if so configured, and tracks their
 * offsets. Never holds more of a line than the limit. For one thread.
 */
final class LineInput implements Closeable {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final InputStream in;
  private final int maxBytes;
  private final byte end;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int next;
  private int limit;
  private long position;
  private long lines;

  /**
   * @param position the offset of the stream's next byte
   * @param linesBefore how many lines are before that
   * @param maxBytes the most bytes that a line may have
   */
  LineInput(InputStream in, long position, long linesBefore, int maxBytes) {
    this(in, position, linesBefore, maxBytes, /* carriageReturns= */ false);
  }

  /**
   * @param carriageReturns whether lines end with CR alone
   */
  LineInput(
      InputStream in, long position, long linesBefore, int maxBytes, boolean carriageReturns) {
    this.end = (byte) (carriageReturns ? '\r' : '\n');
    this.in = in;
    this.position = position;
    this.lines = linesBefore;
    this.maxBytes = maxBytes;
  }

  /** Returns the offset after the last line. */
  long position() {
    return position;
  }

  /** Returns the number of lines up to the last, including those before the start. */
  long lines() {
    return lines;
  }

  /** Returns the next line, or null at the end. */
  @Nullable Line next() throws IOException {
    long offset = position;
    @Nullable ByteArrayOutputStream parts = null;
    long length = 0;
    while (true) {
      if (next == limit) {
        next = 0;
        limit = Math.max(0, in.read(buffer, 0, BUFFER_BYTES));
        if (limit == 0) {
          if (length == 0) {
            return null;
          }
          break;
        }
      }
      int to = next;
      while (to < limit && buffer[to] != end) {
        to++;
      }
      boolean whole = to < limit;
      int count = to - next;
      if (whole && parts == null && length == 0) {
        byte[] bytes = count > maxBytes ? null : copy(next, to);
        next = to + 1;
        position += count + 1L;
        lines++;
        return new Line(lines, offset, bytes);
      }
      if (length + count <= maxBytes) {
        if (parts == null) {
          parts = new ByteArrayOutputStream();
        }
        parts.write(buffer, next, count);
      }
      length += count;
      position += count + (whole ? 1 : 0);
      next = to + (whole ? 1 : 0);
      if (whole) {
        break;
      }
    }
    lines++;
    byte[] bytes = parts == null || length > maxBytes ? null : withoutReturn(parts.toByteArray());
    return new Line(lines, offset, length == 0 ? new byte[0] : bytes);
  }

  private byte[] copy(int from, int to) {
    int last = to > from && buffer[to - 1] == '\r' ? to - 1 : to;
    byte[] bytes = new byte[last - from];
    System.arraycopy(buffer, from, bytes, 0, bytes.length);
    return bytes;
  }

  private static byte[] withoutReturn(byte[] bytes) {
    if (bytes.length == 0 || bytes[bytes.length - 1] != '\r') {
      return bytes;
    }
    byte[] shorter = new byte[bytes.length - 1];
    System.arraycopy(bytes, 0, shorter, 0, shorter.length);
    return shorter;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
