package io.groundstream.images;

/**
 * Converts a TIFF's samples of any depth to levels of 0 to 255.
 *
 * <p>Integers are scaled from the range of their type. If the range is uncertain, it is derived
 * from the image: signed numbers, numbers of 32 bits and more, and floating-point gray are levels
 * already, as in Pillow, unless that would make the image black or white. Therefore integers of
 * which one is far above 255 span the range of their type, and floating-point numbers from 0 to 1
 * span that range.
 */
final class TiffSamples {
  private static final int SIGNED = 2;
  private static final int FLOATING_POINT = 3;

  /** A value of 32 bits and more that counts of things seldom reach. */
  private static final double FAR_ABOVE_LEVELS = 1 << 24;

  /** One in this many floating-point samples may exceed white, as highlights do. */
  private static final int MAX_HIGHLIGHTS = 100;

  private final int bits;
  private final boolean signed;
  private final boolean floatingPoint;
  private final boolean bigEndian;
  private final boolean indices;
  private final boolean gray;

  private double most;
  private long above1;
  private long seen;

  /**
   * Creates a converter.
   *
   * @param bigEndian whether the highest byte of a sample comes first
   * @param indices whether samples are palette indices, which are not scaled
   * @param gray whether the samples have no colour
   */
  TiffSamples(TiffDirectory directory, boolean bigEndian, boolean indices, boolean gray) {
    this.bits = directory.bitsPerSample;
    // Colours are never negative; the bits of such files are unsigned, as in those of 8 bits.
    this.signed = directory.sampleFormat == SIGNED && gray;
    this.floatingPoint = directory.sampleFormat == FLOATING_POINT;
    this.bigEndian = bigEndian;
    this.indices = indices;
    this.gray = gray;
  }

  /** Returns whether all samples must be scanned before the first level is known. */
  boolean needRange() {
    return !indices && (floatingPoint || bits >= 32 || (signed && bits > 8));
  }

  /** Scans samples of a row for their range. */
  void look(byte[] packed, int start, int count) {
    for (int index = 0; index < count; index++) {
      double value = number(packed, start, index);
      if (value > most) {
        most = value;
      }
      if (value > 1) {
        above1++;
      }
      seen++;
    }
  }

  /** Reads samples of a row into every {@code step}th element of a row of levels. */
  void read(byte[] packed, int start, int count, int[] levels, int first, int step) {
    int out = first;
    if (needRange()) {
      double scale = scale();
      for (int index = 0; index < count; index++, out += step) {
        double level = number(packed, start, index) * scale;
        // NaN becomes black.
        levels[out] = level >= 255 ? 255 : level > 0 ? (int) level : 0;
      }
    } else if (bits == 8) {
      for (int index = 0; index < count; index++, out += step) {
        levels[out] = packed[start + index] & 0xff;
      }
    } else if (bits == 16 && !indices) {
      int high = start + (bigEndian ? 0 : 1);
      for (int index = 0; index < count; index++, out += step) {
        levels[out] = packed[high + 2 * index] & 0xff;
      }
    } else if (bits == 1 || bits == 2 || bits == 4) {
      int largest = (1 << bits) - 1;
      int factor = indices ? 1 : 255 / largest;
      for (int index = 0; index < count; index++, out += step) {
        int bit = index * bits;
        int value = packed[start + (bit >> 3)] >> (8 - bits - (bit & 7)) & largest;
        levels[out] = value * factor;
      }
    } else {
      // Of 16 bits and more, the highest eight suffice.
      int largest = bits < 16 ? (1 << bits) - 1 : 0;
      for (int index = 0; index < count; index++, out += step) {
        int value = (int) unsigned(packed, start, index);
        levels[out] =
            indices
                ? value
                : bits < 16 ? (value * 255 + largest / 2) / largest : value >>> (bits - 8);
      }
    }
  }

  private double scale() {
    if (floatingPoint) {
      boolean to1 = gray ? above1 == 0 : above1 <= seen / MAX_HIGHLIGHTS;
      // About half a level more, so that the result is rounded.
      return to1 ? 255.499 : 1;
    }
    boolean whole = most > (bits < 32 ? 255 : FAR_ABOVE_LEVELS);
    // Numbers of 32 bits are often stored with 64.
    int range = most < FAR_ABOVE_LEVELS * 256 ? Math.min(bits, 32) : bits;
    return whole ? 256 / Math.pow(2, signed ? range - 1 : range) : 1;
  }

  private double number(byte[] packed, int start, int index) {
    long value = unsigned(packed, start, index);
    if (floatingPoint) {
      return switch (bits) {
        case 16 -> half((int) value);
        case 24 -> Float.intBitsToFloat(float24((int) value));
        case 32 -> Float.intBitsToFloat((int) value);
        default -> Double.longBitsToDouble(value);
      };
    }
    if (signed) {
      return value << (64 - bits) >> (64 - bits);
    }
    return value < 0 ? (value >>> 1) * 2.0 : value;
  }

  private long unsigned(byte[] packed, int start, int index) {
    if (bits % 8 != 0 || bits == 8) {
      return fromBits(packed, start, (long) index * bits);
    }
    int sampleBytes = bits / 8;
    int from = start + index * sampleBytes;
    long value = 0;
    for (int at = 0; at < sampleBytes; at++) {
      value = value << 8 | (packed[from + (bigEndian ? at : sampleBytes - 1 - at)] & 0xff);
    }
    return value;
  }

  /** Reads a sample that is not whole bytes; such samples are packed from the highest bit down. */
  private long fromBits(byte[] packed, int start, long firstBit) {
    long value = 0;
    long bit = firstBit;
    for (int left = bits; left > 0; ) {
      int inByte = (int) (bit & 7);
      int taken = Math.min(left, 8 - inByte);
      int part = (packed[start + (int) (bit >> 3)] & 0xff) >> (8 - inByte - taken);
      value = value << taken | (part & ((1 << taken) - 1));
      bit += taken;
      left -= taken;
    }
    return value;
  }

  /** Converts IEEE 754's binary16. */
  private static double half(int value) {
    int exponent = value >> 10 & 31;
    int fraction = value & 0x3ff;
    double magnitude =
        exponent == 0
            ? Math.scalb((double) fraction, -24)
            : exponent == 31
                ? fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN
                : Math.scalb((double) (fraction | 0x400), exponent - 25);
    return value >> 15 != 0 ? -magnitude : magnitude;
  }

  /**
   * Converts Adobe's 24 bits (TIFF Technical Note 3), 7 of exponent and 16 of fraction, to a float.
   */
  private static int float24(int value) {
    int sign = value >>> 23 << 31;
    int exponent = value >> 16 & 127;
    int fraction = value & 0xffff;
    if (exponent == 0) {
      float magnitude = Math.scalb((float) fraction, -62 - 16);
      return sign | Float.floatToRawIntBits(magnitude);
    }
    int wide = exponent == 127 ? 255 : exponent - 63 + 127;
    return sign | wide << 23 | fraction << 7;
  }
}
