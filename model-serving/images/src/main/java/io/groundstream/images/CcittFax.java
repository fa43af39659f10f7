package io.groundstream.images;

import java.util.Arrays;

/**
 * Unpacks fax codes (ITU-T T.4 and T.6) as stored in TIFF: modified Huffman rows, Group 3 with one
 * or two dimensions and with ends of line at any place, and Group 4. Black is 1. Codes that no
 * encoder writes are an error; nothing is guessed.
 */
final class CcittFax {
  /** The coding of rows and the place where they start. */
  enum Kind {
    /** Rows of run lengths that start at a byte. */
    ROWS_IN_BYTES,
    /** Rows of run lengths that start at a 16-bit word. */
    ROWS_IN_WORDS,
    /** Group 3: rows of run lengths between ends of line. */
    GROUP_3,
    /** Group 3 in which each end of line says whether the next row refers to the one above. */
    GROUP_3_TWO_DIMENSIONS,
    /** Group 4: every row refers to the one above. */
    GROUP_4
  }

  private static final int PASS = 1;
  private static final int HORIZONTAL = 2;

  /** A vertical mode's number is this plus its offset, -3 to 3. */
  private static final int VERTICAL = 10;

  private static final int LONGEST = 13;
  private static final int MAX_RUN_CODES = 1 << 16;

  private static final String[] WHITE = {
    "00110101",
    "000111",
    "0111",
    "1000",
    "1011",
    "1100",
    "1110",
    "1111",
    "10011",
    "10100",
    "00111",
    "01000",
    "001000",
    "000011",
    "110100",
    "110101",
    "101010",
    "101011",
    "0100111",
    "0001100",
    "0001000",
    "0010111",
    "0000011",
    "0000100",
    "0101000",
    "0101011",
    "0010011",
    "0100100",
    "0011000",
    "00000010",
    "00000011",
    "00011010",
    "00011011",
    "00010010",
    "00010011",
    "00010100",
    "00010101",
    "00010110",
    "00010111",
    "00101000",
    "00101001",
    "00101010",
    "00101011",
    "00101100",
    "00101101",
    "00000100",
    "00000101",
    "00001010",
    "00001011",
    "01010010",
    "01010011",
    "01010100",
    "01010101",
    "00100100",
    "00100101",
    "01011000",
    "01011001",
    "01011010",
    "01011011",
    "01001010",
    "01001011",
    "00110010",
    "00110011",
    "00110100",
    "11011",
    "10010",
    "010111",
    "0110111",
    "00110110",
    "00110111",
    "01100100",
    "01100101",
    "01101000",
    "01100111",
    "011001100",
    "011001101",
    "011010010",
    "011010011",
    "011010100",
    "011010101",
    "011010110",
    "011010111",
    "011011000",
    "011011001",
    "011011010",
    "011011011",
    "010011000",
    "010011001",
    "010011010",
    "011000",
    "010011011"
  };

  private static final String[] BLACK = {
    "0000110111",
    "010",
    "11",
    "10",
    "011",
    "0011",
    "0010",
    "00011",
    "000101",
    "000100",
    "0000100",
    "0000101",
    "0000111",
    "00000100",
    "00000111",
    "000011000",
    "0000010111",
    "0000011000",
    "0000001000",
    "00001100111",
    "00001101000",
    "00001101100",
    "00000110111",
    "00000101000",
    "00000010111",
    "00000011000",
    "000011001010",
    "000011001011",
    "000011001100",
    "000011001101",
    "000001101000",
    "000001101001",
    "000001101010",
    "000001101011",
    "000011010010",
    "000011010011",
    "000011010100",
    "000011010101",
    "000011010110",
    "000011010111",
    "000001101100",
    "000001101101",
    "000011011010",
    "000011011011",
    "000001010100",
    "000001010101",
    "000001010110",
    "000001010111",
    "000001100100",
    "000001100101",
    "000001010010",
    "000001010011",
    "000000100100",
    "000000110111",
    "000000111000",
    "000000100111",
    "000000101000",
    "000001011000",
    "000001011001",
    "000000101011",
    "000000101100",
    "000001011010",
    "000001100110",
    "000001100111",
    "0000001111",
    "000011001000",
    "000011001001",
    "000001011011",
    "000000110011",
    "000000110100",
    "000000110101",
    "0000001101100",
    "0000001101101",
    "0000001001010",
    "0000001001011",
    "0000001001100",
    "0000001001101",
    "0000001110010",
    "0000001110011",
    "0000001110100",
    "0000001110101",
    "0000001110110",
    "0000001110111",
    "0000001010010",
    "0000001010011",
    "0000001010100",
    "0000001010101",
    "0000001011010",
    "0000001011011",
    "0000001100100",
    "0000001100101"
  };

  /** Codes of runs of 1792 pixels and more, for both colours. */
  private static final String[] LONG = {
    "00000001000", "00000001100", "00000001101", "000000010010", "000000010011", "000000010100",
    "000000010101", "000000010110", "000000010111", "000000011100", "000000011101", "000000011110",
    "000000011111"
  };

  /**
   * Entries by the next 13 bits: a code's meaning, with its length in the low four bits; 0 for bits
   * that are not a code.
   */
  private static final int[][] RUNS = {runs(WHITE), runs(BLACK)};

  private static final int[] MODES = modes();

  private final byte[] source;
  private final int start;
  private final int end;
  private final int width;
  private final Kind kind;

  /** The next bit, counted from the start of the array. */
  private long position;

  /** The columns where the row above changes colour: first to black, then to white. */
  private int[] above;

  private int[] changes;
  private int changeCount;

  CcittFax(byte[] source, int start, int length, int width, Kind kind) {
    this.source = source;
    this.start = start;
    this.end = start + length;
    this.width = width;
    this.kind = kind;
    this.position = 8L * start;
    this.above = new int[width + 8];
    this.changes = new int[width + 8];
    Arrays.fill(above, width);
  }

  /**
   * Unpacks rows into a part of the target that is all zero; returns the number of bytes written.
   */
  int unpack(byte[] target, int offset, int rows, TimeLimit time) throws ImageException {
    int rowBytes = (width + 7) / 8;
    for (int row = 0; row < rows; row++) {
      if (row % 16 == 0) {
        time.check();
      }
      boolean flat =
          switch (kind) {
            case ROWS_IN_BYTES -> align(8);
            case ROWS_IN_WORDS -> align(16);
            case GROUP_3 -> skipEndOfLine();
            case GROUP_3_TWO_DIMENSIONS -> skipEndOfLine() && takeBit() == 1;
            case GROUP_4 -> false;
          };
      if (ended()) {
        return row * rowBytes;
      }
      changeCount = 0;
      if (flat) {
        readRuns();
      } else {
        readModes();
      }
      Arrays.fill(changes, changeCount, changes.length, width);
      for (int index = 0; index < changeCount; index += 2) {
        blacken(target, offset + row * rowBytes, changes[index], changes[index + 1]);
      }
      int[] swap = above;
      above = changes;
      changes = swap;
    }
    return rows * rowBytes;
  }

  /** Returns whether no row follows: no bits are left, or the codes for the end follow. */
  private boolean ended() {
    if (position >= 8L * end) {
      return true;
    }
    return switch (kind) {
      case ROWS_IN_BYTES, ROWS_IN_WORDS -> false;
      // Two ends of line in a row.
      case GROUP_3, GROUP_3_TWO_DIMENSIONS -> peek(12) == 1;
      case GROUP_4 -> peek(24) == 0x1001;
    };
  }

  private boolean align(int bits) {
    long from = 8L * start;
    position = from + (position - from + bits - 1) / bits * bits;
    return true;
  }

  /** Skips an end of line, if there is one, with the zeros that align its end to a byte. */
  private boolean skipEndOfLine() {
    if (peek(11) == 0) {
      position += 11;
      while (position < 8L * end && takeBit() == 0) {
        // Skips fill bits.
      }
    }
    return true;
  }

  private void readRuns() throws ImageException {
    int at = 0;
    for (int color = 0; at < width || changeCount == 0; color ^= 1) {
      at = Math.min(width, at + readRun(color));
      change(at);
    }
  }

  private void readModes() throws ImageException {
    int at = -1;
    int color = 0;
    int reference = 0;
    while (at < width) {
      // The next change to the other colour in the row above.
      reference = (Math.max(0, reference - 2) & ~1) | color;
      while (above[reference] <= at && above[reference] < width) {
        reference += 2;
      }
      int entry = MODES[peek(7)];
      if (entry == 0) {
        throw position + 7 > 8L * end
            ? Failures.truncated("fax data: end within a row (expected: all rows)")
            : Failures.corrupt("fax code: " + peek(12) + " (expected: a mode)");
      }
      position += entry & 15;
      int mode = entry >> 4;
      if (mode == PASS) {
        at = above[reference + 1];
      } else if (mode == HORIZONTAL) {
        int from = Math.max(0, at);
        int middle = Math.min(width, from + readRun(color));
        at = Math.min(width, middle + readRun(color ^ 1));
        change(middle);
        change(at);
      } else {
        int target = Math.min(width, above[reference] + mode - VERTICAL);
        if (target < Math.max(0, at)) {
          throw Failures.corrupt("fax code: back to " + target + " (expected: forward)");
        }
        at = target;
        change(at);
        color ^= 1;
      }
    }
  }

  private void change(int at) throws ImageException {
    // Four entries stay free, so that two can be read after the last one.
    if (changeCount >= width + 4) {
      throw Failures.corrupt("fax row: more changes than pixels (expected: fewer)");
    }
    changes[changeCount++] = at;
  }

  private int readRun(int color) throws ImageException {
    int run = 0;
    for (int codes = 0; codes < MAX_RUN_CODES; codes++) {
      int entry = RUNS[color][peek(LONGEST)];
      if (entry == 0) {
        throw position + LONGEST > 8L * end
            ? Failures.truncated("fax data: end within a row (expected: all rows)")
            : Failures.corrupt("fax code: " + peek(LONGEST) + " (expected: a run's length)");
      }
      position += entry & 15;
      int length = entry >> 4;
      run = Math.min(width, run + length);
      if (length < 64) {
        return run;
      }
    }
    throw Failures.corrupt("fax row: endless run (expected: at most the row's length)");
  }

  /** Returns the next bits without consuming them; after the end there are zeros. */
  private int peek(int bits) {
    int first = (int) (position >> 3);
    long window = 0;
    for (int index = first; index < first + 4; index++) {
      window = window << 8 | (index < end ? source[index] & 0xff : 0);
    }
    return (int) (window >> (32 - bits - (position & 7))) & ((1 << bits) - 1);
  }

  private int takeBit() {
    int bit = peek(1);
    position++;
    return bit;
  }

  private static void blacken(byte[] target, int row, int from, int until) {
    int x = from;
    while (x < until && (x & 7) != 0) {
      target[row + (x >> 3)] |= (byte) (0x80 >> (x & 7));
      x++;
    }
    while (x + 8 <= until) {
      target[row + (x >> 3)] = (byte) 0xff;
      x += 8;
    }
    while (x < until) {
      target[row + (x >> 3)] |= (byte) (0x80 >> (x & 7));
      x++;
    }
  }

  private static int[] runs(String[] codes) {
    int[] table = new int[1 << LONGEST];
    for (int index = 0; index < codes.length; index++) {
      put(table, LONGEST, codes[index], index < 64 ? index : 64 * (index - 63));
    }
    for (int index = 0; index < LONG.length; index++) {
      put(table, LONGEST, LONG[index], 1792 + 64 * index);
    }
    return table;
  }

  private static int[] modes() {
    int[] table = new int[1 << 7];
    put(table, 7, "0001", PASS);
    put(table, 7, "001", HORIZONTAL);
    put(table, 7, "1", VERTICAL);
    put(table, 7, "011", VERTICAL + 1);
    put(table, 7, "000011", VERTICAL + 2);
    put(table, 7, "0000011", VERTICAL + 3);
    put(table, 7, "010", VERTICAL - 1);
    put(table, 7, "000010", VERTICAL - 2);
    put(table, 7, "0000010", VERTICAL - 3);
    return table;
  }

  private static void put(int[] table, int bits, String code, int meaning) {
    int rest = bits - code.length();
    int first = Integer.parseInt(code, 2) << rest;
    Arrays.fill(table, first, first + (1 << rest), (meaning << 4) | code.length());
  }
}
