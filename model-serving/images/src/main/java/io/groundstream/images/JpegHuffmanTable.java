package io.groundstream.images;

import java.util.Arrays;

/**
 * A Huffman code (ITU-T T.81, annex C) as a table that maps the next bits to a symbol in one
 * look-up; for most symbols of AC coefficients, also to the value whose bits follow.
 */
final class JpegHuffmanTable {
  /** The number of bits that index the table. */
  static final int LOOK_AHEAD = 10;

  /** The shift that makes the table's index from bits at the top of a long. */
  static final int LOOK_AHEAD_SHIFT = 64 - LOOK_AHEAD;

  /** An entry's flag: the entry contains the value, and its number of bits includes the value's. */
  static final int WITH_VALUE = 0x40;

  /** The mask of an entry's number of bits, which is 0 for codes that are longer than the index. */
  static final int BITS = 0x3f;

  /** Shift of an entry's symbol. */
  static final int SYMBOL_SHIFT = 8;

  /** Shift of an entry's value. */
  static final int VALUE_SHIFT = 16;

  static final int LONGEST_CODE = 16;

  /** Symbols, with their values if these fit; see the constants for the layout. */
  final int[] lookAhead = new int[1 << LOOK_AHEAD];

  /** The largest code of each length; -1 if there is none. */
  private final int[] lastCodes = new int[LONGEST_CODE + 1];

  private final int[] symbolOffsets = new int[LONGEST_CODE + 1];
  private final int[] symbols;
  private final int largestSymbol;

  private JpegHuffmanTable(int[] counts, int[] symbols) throws ImageException {
    this.symbols = symbols;
    this.largestSymbol = Arrays.stream(symbols).max().orElse(0);
    int code = 0;
    int next = 0;
    for (int length = 1; length <= LONGEST_CODE; length++, code <<= 1) {
      symbolOffsets[length] = next - code;
      for (int count = 0; count < counts[length]; count++, code++, next++) {
        enter(code, length, symbols[next]);
      }
      // The code of only ones is reserved.
      if (counts[length] > 0 && code >= 1 << length) {
        throw Failures.corrupt("Huffman table: more codes than the bits allow (expected: fewer)");
      }
      lastCodes[length] = counts[length] == 0 ? -1 : code - 1;
    }
  }

  static JpegHuffmanTable read(ByteCursor segment, boolean forDc) throws ImageException {
    int[] counts = new int[LONGEST_CODE + 1];
    int sum = 0;
    for (int length = 1; length <= LONGEST_CODE; length++) {
      counts[length] = segment.u8();
      sum += counts[length];
    }
    if (sum > 256) {
      throw Failures.corrupt("Huffman table: " + sum + " codes (expected: at most 256)");
    }
    int[] symbols = new int[sum];
    for (int index = 0; index < sum; index++) {
      symbols[index] = segment.u8();
    }
    return of(counts, symbols);
  }

  static JpegHuffmanTable of(int[] counts, int[] symbols) throws ImageException {
    return new JpegHuffmanTable(counts, symbols);
  }

  /** Checks that a table for DC coefficients has no symbol with more bits than they can have. */
  JpegHuffmanTable withSymbolsUpTo(int most) throws ImageException {
    if (largestSymbol > most) {
      throw Failures.corrupt(
          "Huffman table for DC: " + largestSymbol + " bits (expected: at most " + most + ")");
    }
    return this;
  }

  private void enter(int code, int length, int symbol) {
    if (length > LOOK_AHEAD) {
      return;
    }
    int free = LOOK_AHEAD - length;
    int first = code << free;
    int size = symbol & 15;
    for (int rest = 0; rest < 1 << free && first + rest < lookAhead.length; rest++) {
      int entry = symbol << SYMBOL_SHIFT | length;
      if (size > 0 && size <= free) {
        int value = extend(rest >> (free - size), size);
        entry = value << VALUE_SHIFT | symbol << SYMBOL_SHIFT | WITH_VALUE | (length + size);
      }
      lookAhead[first + rest] = entry;
    }
  }

  /**
   * Finds a code that is longer than the table's index.
   *
   * @param bits the next 16 bits
   * @return the length, shifted by {@link #SYMBOL_SHIFT}, and the symbol; 17 and 0 if there is no
   *     such code
   */
  int findLong(int bits) {
    for (int length = LOOK_AHEAD + 1; length <= LONGEST_CODE; length++) {
      int code = bits >> (LONGEST_CODE - length);
      if (code <= lastCodes[length]) {
        int index = code + symbolOffsets[length];
        if (index >= 0 && index < symbols.length) {
          return length << SYMBOL_SHIFT | symbols[index];
        }
      }
    }
    return (LONGEST_CODE + 1) << SYMBOL_SHIFT;
  }

  /** Converts the bits of a value to the signed value (T.81, figure F.12). */
  static int extend(int bits, int size) {
    return bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
  }
}
