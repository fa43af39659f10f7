package io.groundstream.images;

/**
 * A canonical prefix code of lossless WebP (RFC 9649, section 6.2). Short codes take one look-up in
 * a table; longer ones are decoded bit by bit.
 */
final class PrefixCode {
  private static final int LONGEST = 15;
  private static final int TABLE_BITS = 8;

  /** The symbol shifted by four and its length; 0 for codes that are longer than the index. */
  private final int[] table;

  private final int[] countByLength = new int[LONGEST + 1];
  private final int[] symbols;

  /** Creates a code from the lengths of its symbols. */
  PrefixCode(int[] lengths) throws ImageException {
    int used = 0;
    for (int length : lengths) {
      if (length > 0) {
        countByLength[length]++;
        used++;
      }
    }
    int[] next = new int[LONGEST + 2];
    int[] code = new int[LONGEST + 2];
    long space = 0;
    for (int length = 1; length <= LONGEST; length++) {
      next[length + 1] = next[length] + countByLength[length];
      code[length + 1] = (code[length] + countByLength[length]) << 1;
      space += (long) countByLength[length] << (LONGEST - length);
    }
    if (used == 0 || (used > 1 && space != 1L << LONGEST)) {
      throw Failures.corrupt("prefix code: lengths do not form a complete code");
    }
    symbols = new int[used];
    if (used == 1) {
      // A single symbol takes no bits.
      table = new int[0];
      for (int symbol = 0; symbol < lengths.length; symbol++) {
        if (lengths[symbol] > 0) {
          symbols[0] = symbol;
        }
      }
      return;
    }
    // Files may have thousands of codes, so a table is no larger than its longest code needs.
    int tableBits = TABLE_BITS;
    while (tableBits > 1 && countByLengthFrom(tableBits) == 0) {
      tableBits--;
    }
    table = new int[1 << tableBits];
    for (int symbol = 0; symbol < lengths.length; symbol++) {
      int length = lengths[symbol];
      if (length == 0) {
        continue;
      }
      symbols[next[length]++] = symbol;
      int value = code[length]++;
      if (length <= tableBits) {
        int reversed = Integer.reverse(value) >>> (32 - length);
        for (int index = reversed; index < table.length; index += 1 << length) {
          table[index] = symbol << 4 | length;
        }
      }
    }
  }

  private int countByLengthFrom(int shortest) {
    int count = 0;
    for (int length = shortest; length <= LONGEST; length++) {
      count += countByLength[length];
    }
    return count;
  }

  int read(LosslessBits bits) throws ImageException {
    if (table.length == 0) {
      return symbols[0];
    }
    int seen = bits.peek(LONGEST);
    int entry = table[seen & (table.length - 1)];
    if (entry != 0) {
      bits.drop(entry & 15);
      return entry >> 4;
    }
    int code = 0;
    int first = 0;
    int index = 0;
    for (int length = 1; length <= LONGEST; length++) {
      code |= seen >> (length - 1) & 1;
      int count = countByLength[length];
      if (code - first < count) {
        bits.drop(length);
        return symbols[index + code - first];
      }
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw Failures.corrupt("prefix code: no such code");
  }
}
