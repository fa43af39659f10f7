package io.groundstream.images;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The tables in effect at a position of a JPEG stream: quantization, Huffman codes, arithmetic
 * conditioning, and the restart interval.
 */
final class JpegTables {
  private static final int SLOTS = 4;
  private static final int CONDITIONING_SLOTS = 16;

  /**
   * The natural position of each coefficient in zigzag order (T.81, figure A.6). Entries after the
   * last one serve damaged data, whose runs of zeros may exceed it by up to 15.
   */
  static final int[] ZIGZAG = {
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63,
    63, 63, 63, 63, 63, 63
  };

  private final int[][] quantization = new int[SLOTS][];
  private final JpegHuffmanTable[] dc = new JpegHuffmanTable[SLOTS];
  private final JpegHuffmanTable[] ac = new JpegHuffmanTable[SLOTS];
  private final int[] dcLower = new int[CONDITIONING_SLOTS];
  private final int[] dcUpper = new int[CONDITIONING_SLOTS];
  private final int[] acLimit = new int[CONDITIONING_SLOTS];
  private int restartInterval;

  JpegTables() {
    Arrays.fill(dcUpper, 1);
    Arrays.fill(acLimit, 5);
  }

  /** Returns the number of MCUs between restart markers; 0 if there are none. */
  int restartInterval() {
    return restartInterval;
  }

  /** Returns a quantization table in natural order, or null if it was not defined. */
  int @Nullable [] quantization(int slot) {
    return slot < SLOTS ? quantization[slot] : null;
  }

  /**
   * Returns a Huffman table.
   *
   * @param withStandard whether undefined tables default to those of T.81, annex K, which
   *     Motion-JPEG frames omit
   * @throws ImageException if there is no such table
   */
  JpegHuffmanTable huffman(boolean forDc, int slot, boolean withStandard) throws ImageException {
    JpegHuffmanTable table = slot >= SLOTS ? null : (forDc ? dc : ac)[slot];
    if (table == null && withStandard && slot < 2) {
      table = JpegStandardTables.of(forDc, slot);
    }
    if (table == null) {
      throw Failures.corrupt(
          "Huffman table " + slot + " for " + (forDc ? "DC" : "AC") + ": none (expected: one)");
    }
    return table;
  }

  int dcLower(int slot) {
    return dcLower[slot];
  }

  int dcUpper(int slot) {
    return dcUpper[slot];
  }

  int acLimit(int slot) {
    return acLimit[slot];
  }

  void readQuantization(ByteCursor segment) throws ImageException {
    while (segment.remaining() > 0) {
      int header = segment.u8();
      int slot = header & 15;
      boolean wide = header >> 4 != 0;
      if (slot >= SLOTS) {
        throw Failures.corrupt("quantization table: " + slot + " (expected: 0 to 3)");
      }
      int[] table = new int[JpegComponent.COEFFICIENTS];
      for (int index = 0; index < table.length; index++) {
        table[ZIGZAG[index]] = wide ? segment.u16() : segment.u8();
      }
      quantization[slot] = table;
    }
  }

  void readHuffman(ByteCursor segment) throws ImageException {
    while (segment.remaining() > 0) {
      int header = segment.u8();
      int slot = header & 15;
      if (header > 0x1f || slot >= SLOTS) {
        throw Failures.corrupt("Huffman table: " + header + " (expected: 0 to 3, or 16 to 19)");
      }
      (header < 0x10 ? dc : ac)[slot] = JpegHuffmanTable.read(segment, header < 0x10);
    }
  }

  void readConditioning(ByteCursor segment) throws ImageException {
    while (segment.remaining() > 0) {
      int slot = segment.u8();
      int value = segment.u8();
      if (slot >= 2 * CONDITIONING_SLOTS) {
        throw Failures.corrupt("arithmetic conditioning: " + slot + " (expected: 0 to 31)");
      }
      if (slot >= CONDITIONING_SLOTS) {
        acLimit[slot - CONDITIONING_SLOTS] = value;
      } else {
        dcLower[slot] = value & 15;
        dcUpper[slot] = value >> 4;
        if (dcLower[slot] > dcUpper[slot]) {
          throw Failures.corrupt(
              "arithmetic conditioning: " + value + " (expected: lower bound <= upper bound)");
        }
      }
    }
  }

  void readRestartInterval(ByteCursor segment) throws ImageException {
    restartInterval = segment.u16();
  }
}
