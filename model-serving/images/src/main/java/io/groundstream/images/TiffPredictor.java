package io.groundstream.images;

/** Reverses TIFF's predictors in place, after rows are decompressed. */
final class TiffPredictor {
  private TiffPredictor() {}

  /** Adds to each sample the one to its left (TIFF 6.0, section 14). */
  static void addLeft(
      byte[] target, int offset, int rows, int rowBytes, int bands, TiffDirectory directory) {
    int sampleBytes = directory.bitsPerSample / 8;
    for (int row = 0; row < rows; row++) {
      int start = offset + row * rowBytes;
      int end = start + rowBytes;
      if (sampleBytes == 1 && bands == 3) {
        addLeftOf3(target, start, end);
      } else if (sampleBytes == 1) {
        for (int at = start + bands; at < end; at++) {
          target[at] += target[at - bands];
        }
      } else {
        addLeftOfWords(target, start, end, bands, sampleBytes, directory.isBigEndian());
      }
    }
  }

  private static void addLeftOf3(byte[] target, int start, int end) {
    byte first = 0;
    byte second = 0;
    byte third = 0;
    for (int at = start; at + 2 < end; at += 3) {
      first += target[at];
      second += target[at + 1];
      third += target[at + 2];
      target[at] = first;
      target[at + 1] = second;
      target[at + 2] = third;
    }
  }

  private static void addLeftOfWords(
      byte[] target, int start, int end, int bands, int sampleBytes, boolean bigEndian) {
    int step = bands * sampleBytes;
    // Adds from the lowest byte of a sample to the highest.
    int lowest = bigEndian ? sampleBytes - 1 : 0;
    int upwards = bigEndian ? -1 : 1;
    for (int at = start + step; at + sampleBytes <= end; at += sampleBytes) {
      int carry = 0;
      for (int index = 0, byteAt = at + lowest; index < sampleBytes; index++, byteAt += upwards) {
        int sum = (target[byteAt] & 0xff) + (target[byteAt - step] & 0xff) + carry;
        target[byteAt] = (byte) sum;
        carry = sum >> 8;
      }
    }
  }

  /**
   * Adds up bytes, and joins the bytes of each floating-point number, which are stored separately
   * by rank (Adobe's TIFF Technical Note 3). The highest byte comes first in the result.
   */
  static void joinBytes(
      byte[] target, int offset, int rows, int rowBytes, int bands, int sampleBytes) {
    byte[] apart = new byte[rowBytes];
    int samples = rowBytes / sampleBytes;
    for (int row = 0; row < rows; row++) {
      int start = offset + row * rowBytes;
      for (int at = start + bands; at < start + rowBytes; at++) {
        target[at] += target[at - bands];
      }
      System.arraycopy(target, start, apart, 0, rowBytes);
      for (int sample = 0; sample < samples; sample++) {
        for (int rank = 0; rank < sampleBytes; rank++) {
          target[start + sample * sampleBytes + rank] = apart[rank * samples + sample];
        }
      }
    }
  }
}
