package io.groundstream.images;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The arithmetic decoder of VP8 (RFC 6386, section 7). While {@link Vp8Coefficients} reads many
 * bits at once, it keeps this decoder's state in local variables and then stores it back.
 */
final class Vp8BoolDecoder {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** The number of bytes read at once; a long holds them with the bits that may be left. */
  private static final int WINDOW = 6;

  /** The bytes that a decoder may read after the end; reading more means that data are missing. */
  private static final int MAX_PADDING = 8;

  private final byte[] bytes;
  private final int end;
  private int position;

  /** The next {@code 8 + spare} bits, minus the earlier splits. */
  long value;

  /** The range of the current interval: 128 to 255 between two bits. */
  int range = 255;

  /** The number of bits in {@code value} below the highest eight; if negative, fill first. */
  int spare = -8;

  private int padding;

  Vp8BoolDecoder(byte[] bytes, int start, int end) throws ImageException {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
    fill();
  }

  /** Reads more bytes; called if {@code spare} is negative. */
  void fill() throws ImageException {
    if (end - position >= Long.BYTES) {
      long word = (long) WORDS.get(bytes, position);
      value = value << (8 * WINDOW) | word >>> (Long.SIZE - 8 * WINDOW);
      position += WINDOW;
      spare += 8 * WINDOW;
      return;
    }
    while (spare < 0) {
      int next = 0;
      if (position < end) {
        next = bytes[position++] & 0xff;
      } else if (++padding > MAX_PADDING) {
        throw Failures.truncated("lossy data: end before the last pixel");
      }
      value = value << 8 | next;
      spare += 8;
    }
  }

  /** Reads one bit that is 0 with a probability of {@code probability / 256}. */
  int bit(int probability) throws ImageException {
    int split = 1 + (((range - 1) * probability) >> 8);
    int result;
    if ((int) (value >> spare) >= split) {
      value -= (long) split << spare;
      range -= split;
      result = 1;
    } else {
      range = split;
      result = 0;
    }
    int shift = Integer.numberOfLeadingZeros(range) - 24;
    range <<= shift;
    spare -= shift;
    if (spare < 0) {
      fill();
    }
    return result;
  }

  boolean flag() throws ImageException {
    return bit(128) == 1;
  }

  /** Reads an unsigned number, highest bit first. */
  int number(int bits) throws ImageException {
    int number = 0;
    for (int index = 0; index < bits; index++) {
      number = number << 1 | bit(128);
    }
    return number;
  }

  /** Reads a magnitude and then its sign. */
  int signed(int bits) throws ImageException {
    int magnitude = number(bits);
    return flag() ? -magnitude : magnitude;
  }

  /** Reads a signed number if a flag says that there is one; otherwise it is 0. */
  int optionalSigned(int bits) throws ImageException {
    return flag() ? signed(bits) : 0;
  }
}
