package io.groundstream.images;

/**
 * Unpacks TIFF's LZW (TIFF 6.0, section 13), and its older variant, which packs codes from the low
 * bits up. The table has no strings of its own, but positions and lengths of strings in the output.
 */
final class TiffLzw {
  private static final int CLEAR = 256;
  private static final int END = 257;
  private static final int FIRST_FREE = 258;
  private static final int MAX_CODES = 4096;
  private static final int MAX_BITS = 12;
  private static final int CODES_BETWEEN_CHECKS = 1 << 16;

  private final TimeLimit time;
  private final int[] starts = new int[MAX_CODES];
  private final int[] lengths = new int[MAX_CODES];

  TiffLzw(TimeLimit time) {
    this.time = time;
  }

  /** Unpacks until the target is full or the data end; returns the number of bytes written. */
  int unpack(byte[] source, int from, int length, byte[] target, int offset, int count)
      throws ImageException {
    // A stream starts with the clear code, whose bits reveal the order of bits.
    boolean lowBitsFirst = length > 1 && source[from] == 0 && (source[from + 1] & 1) != 0;
    int end = from + length;
    int limit = offset + count;
    int in = from;
    int out = offset;
    long buffer = 0;
    int buffered = 0;
    int codeBits = 9;
    int next = FIRST_FREE;
    // The older variant changes to the next width one code later.
    int early = lowBitsFirst ? 0 : 1;
    int widenAt = (1 << codeBits) - early;
    int previousStart = -1;
    int previousLength = 0;
    int checks = 0;
    while (out < limit) {
      if (checks++ % CODES_BETWEEN_CHECKS == 0) {
        time.check();
      }
      while (buffered < codeBits && in < end) {
        long value = source[in++] & 0xff;
        buffer = lowBitsFirst ? buffer | value << buffered : buffer << 8 | value;
        buffered += 8;
      }
      if (buffered < codeBits) {
        break;
      }
      buffered -= codeBits;
      int code;
      if (lowBitsFirst) {
        code = (int) buffer & ((1 << codeBits) - 1);
        buffer >>>= codeBits;
      } else {
        code = (int) (buffer >>> buffered) & ((1 << codeBits) - 1);
      }
      if (code == END) {
        break;
      }
      if (code == CLEAR) {
        codeBits = 9;
        widenAt = (1 << codeBits) - early;
        next = FIRST_FREE;
        previousStart = -1;
        continue;
      }
      if (previousStart >= 0 && next < MAX_CODES) {
        // The new string is the previous one and the byte after it, with which this code starts.
        starts[next] = previousStart;
        lengths[next] = previousLength + 1;
        next++;
        if (next >= widenAt && codeBits < MAX_BITS) {
          codeBits++;
          widenAt = (1 << codeBits) - early;
        }
      }
      previousStart = out;
      if (code < CLEAR) {
        target[out++] = (byte) code;
        previousLength = 1;
        continue;
      }
      if (code >= next) {
        throw Failures.corrupt("LZW: code " + code + " (expected: less than " + next + ")");
      }
      int at = starts[code];
      previousLength = lengths[code];
      int until = Math.min(out + previousLength, limit);
      // The string may overlap its own copy, so it is copied byte by byte.
      while (out < until) {
        target[out++] = target[at++];
      }
    }
    return out - offset;
  }
}
