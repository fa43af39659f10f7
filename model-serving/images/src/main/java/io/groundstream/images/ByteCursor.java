package io.groundstream.images;

/**
 * Reads numbers from a range of bytes. Reading past the end throws {@link
 * ImageErrorCode#IMAGE_TRUNCATED}.
 */
final class ByteCursor {
  private final byte[] bytes;
  private final int end;
  private final boolean bigEndian;
  private int position;

  ByteCursor(byte[] bytes, int start, int end, boolean bigEndian) {
    this.bytes = bytes;
    this.position = start;
    this.end = Math.min(end, bytes.length);
    this.bigEndian = bigEndian;
  }

  int position() {
    return position;
  }

  int remaining() {
    return end - position;
  }

  void seek(long target) throws ImageException {
    if (target < 0 || target > end) {
      throw Failures.truncated("offset: " + target + " (expected: at most " + end + ")");
    }
    position = (int) target;
  }

  void skip(long count) throws ImageException {
    seek(position + count);
  }

  int u8() throws ImageException {
    if (position >= end) {
      throw Failures.truncated("the image ends at byte " + end + " (expected: more)");
    }
    return bytes[position++] & 0xff;
  }

  int u16() throws ImageException {
    int first = u8();
    int second = u8();
    return bigEndian ? first << 8 | second : second << 8 | first;
  }

  int u24() throws ImageException {
    int first = u8();
    int second = u8();
    int third = u8();
    return bigEndian ? first << 16 | second << 8 | third : third << 16 | second << 8 | first;
  }

  /** Reads 64 bits; the result is negative if the highest bit is set. */
  long u64() throws ImageException {
    long first = u32();
    long second = u32();
    return bigEndian ? first << 32 | second : second << 32 | first;
  }

  long u32() throws ImageException {
    long first = u16();
    long second = u16();
    return bigEndian ? first << 16 | second : second << 16 | first;
  }
}
