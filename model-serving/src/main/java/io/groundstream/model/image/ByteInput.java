package io.groundstream.model.image;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * Bytes in memory as the input of a library's reader, which thereby cannot go on when the time is
 * over: reading fails then, and whoever catches that asks the {@link TimeLimit}. What is read at
 * once ends before the next start of a JPEG's scan, because a scan of few bytes can keep a reader
 * busy for long. For one thread.
 */
final class ByteInput extends ImageInputStreamImpl {
  private static final int CHECK_EVERY = 256;

  private final byte[] bytes;
  private final int start;
  private final int end;
  private final TimeLimit time;
  private int reads;

  /** Reads the bytes from {@code start} to before {@code end}, which are not copied. */
  ByteInput(byte[] bytes, int start, int end, TimeLimit time) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.time = time;
  }

  @Override
  public int read() throws IOException {
    if (reads++ % CHECK_EVERY == 0) {
      checkTime();
    }
    bitOffset = 0;
    if (streamPos >= end - start) {
      return -1;
    }
    return bytes[start + (int) streamPos++] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    checkTime();
    bitOffset = 0;
    if (length == 0) {
      return 0;
    }
    int from = start + (int) Math.min(streamPos, end - start);
    int count = Math.min(length, end - from);
    if (count <= 0) {
      return -1;
    }
    int until = scanStart(from + 1, from + count);
    System.arraycopy(bytes, from, target, offset, until - from);
    streamPos += until - from;
    return until - from;
  }

  private int scanStart(int from, int until) {
    for (int position = from; position + 1 < until; position++) {
      if (bytes[position] == (byte) 0xff && bytes[position + 1] == (byte) 0xda) {
        return position;
      }
    }
    return until;
  }

  private void checkTime() throws IOException {
    if (time.isOver()) {
      throw new IOException("the time is over");
    }
  }

  @Override
  public long length() {
    return (long) end - start;
  }
}
