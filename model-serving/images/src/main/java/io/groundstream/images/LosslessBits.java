package io.groundstream.images;

/** Reads the bits of a lossless WebP stream, least significant first. */
final class LosslessBits {
  private final byte[] bytes;
  private final int end;
  private int position;
  private long buffer;
  private int available;

  LosslessBits(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  /** Reads up to 24 bits. */
  int read(int count) throws ImageException {
    int value = peek(count);
    drop(count);
    return value;
  }

  boolean readFlag() throws ImageException {
    return read(1) == 1;
  }

  /** Returns the next bits without consuming them; after the end they are zero. */
  int peek(int count) {
    while (available <= 32 && position < end) {
      buffer |= (bytes[position++] & 0xffL) << available;
      available += 8;
    }
    return (int) (buffer & ((1L << count) - 1));
  }

  /** Consumes bits that {@link #peek} returned. */
  void drop(int count) throws ImageException {
    if (count > available) {
      throw Failures.truncated("lossless data: end before the last pixel");
    }
    buffer >>>= count;
    available -= count;
  }
}
