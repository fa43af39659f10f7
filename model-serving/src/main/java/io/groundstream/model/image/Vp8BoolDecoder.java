package io.groundstream.model.image;

import io.groundstream.model.GroundingException;

/** The arithmetic decoder of VP8 (RFC 6386, section 7). */
final class Vp8BoolDecoder {
  /** A decoder may look a little behind the end; more than this is missing data. */
  private static final int MOST_PADDING = 8;

  private final byte[] bytes;
  private final int end;
  private int position;
  private int value;
  private int range = 255;

  /** How many bits of {@code value} below its highest eight are filled. */
  private int spare;

  private int padding;

  Vp8BoolDecoder(byte[] bytes, int start, int end) throws GroundingException {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
    this.spare = -8;
    fill();
  }

  private void fill() throws GroundingException {
    while (spare < 0) {
      int next = 0;
      if (position < end) {
        next = bytes[position++] & 0xff;
      } else if (++padding > MOST_PADDING) {
        throw Failures.truncated("lossy data end before the last pixel");
      }
      value = value << 8 | next;
      spare += 8;
    }
  }

  /** Reads one bit that is 0 with a probability of {@code probability / 256}. */
  int bit(int probability) throws GroundingException {
    int split = 1 + (((range - 1) * probability) >> 8);
    int result;
    if (value >> spare >= split) {
      value -= split << spare;
      range -= split;
      result = 1;
    } else {
      range = split;
      result = 0;
    }
    if (range < 128) {
      int shift = Integer.numberOfLeadingZeros(range) - 24;
      range <<= shift;
      spare -= shift;
      if (spare < 0) {
        fill();
      }
    }
    return result;
  }

  boolean flag() throws GroundingException {
    return bit(128) == 1;
  }

  /** Reads an unsigned number, highest bit first. */
  int number(int bits) throws GroundingException {
    int number = 0;
    for (int index = 0; index < bits; index++) {
      number = number << 1 | bit(128);
    }
    return number;
  }

  /** Reads a magnitude and then its sign. */
  int signed(int bits) throws GroundingException {
    int magnitude = number(bits);
    return flag() ? -magnitude : magnitude;
  }

  /** Reads a signed number if a flag says that there is one; otherwise it is 0. */
  int optionalSigned(int bits) throws GroundingException {
    return flag() ? signed(bits) : 0;
  }
}
