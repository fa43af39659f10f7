package io.groundstream.images;

/**
 * Makes levels of 0 to 255 of a TIFF's samples of any depth, by what the directory says of them.
 *
 * <p>Whole numbers are scaled from their own range. Where the range is not sure, it is taken from
 * the picture: signed numbers, those of 32 bits and more, and floating-point gray are levels
 * already, which is how Pillow takes them, unless that would make the picture black or white: whole
 * numbers of which one is far above 255 span their whole range, and floating-point numbers from 0
 * to 1 span that.
 */
final class TiffSamples {
  private static final int SIGNED = 2;
  private static final int FLOATING_POINT = 3;

  /** Of 16 bits, whatever exceeds a level; of more, what a count of things seldom reaches. */
  private static final double FAR_ABOVE_LEVELS = 1 << 24;

  /** Highlights may exceed the white of floating-point colours, in one sample of a hundred. */
  private static final int MOST_HIGHLIGHTS = 100;

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
   * @param bigEndian which byte of a sample comes first
   * @param indices whether samples are palette indices, which are not scaled
   * @param gray whether the samples have no colour
   */
  TiffSamples(TiffDirectory directory, boolean bigEndian, boolean indices, boolean gray) {
    this.bits = directory.bitsPerSample;
    // No colour is negative; such files mean their bits, as those of 8 bits do.
    this.signed = directory.sampleFormat == SIGNED && gray;
    this.floatingPoint = directory.sampleFormat == FLOATING_POINT;
    this.bigEndian = bigEndian;
    this.indices = indices;
    this.gray = gray;
  }

  /** Whether all samples must be looked at before the first level can be told. */
  boolean needRange() {
    return !indices && (floatingPoint || bits >= 32 || (signed && bits > 8));
  }

  /** Looks at samples of a row, if their range is needed. */
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

  /** Reads samples of a row into every {@code step}th place of a row of levels. */
  void read(byte[] packed, int start, int count, int[] levels, int first, int step) {
    int out = first;
    if (needRange()) {
      double scale = scale();
      for (int index = 0; index < count; index++, out += step) {
        double level = number(packed, start, index) * scale;
        // What is no number is black.
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
      // Of 16 bits and more, the highest eight say enough.
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
      boolean to1 = gray ? above1 == 0 : above1 <= seen / MOST_HIGHLIGHTS;
      // Half a level more, so that it is rounded.
      return to1 ? 255.499 : 1;
    }
    boolean whole = most > (bits < 32 ? 255 : FAR_ABOVE_LEVELS);
    // Numbers of 32 bits are often stored as 64.
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

  /** Samples that are no whole bytes follow each other from the highest bit down. */
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

  /** IEEE 754's binary16. */
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

  /** Adobe's 24 bits (TIFF Technical Note 3): 7 of exponent, 16 of fraction; as a float's bits. */
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
