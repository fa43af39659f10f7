package io.groundstream.images;

/**
 * Reads the coefficients of blocks (RFC 6386, section 13). Decoding spends most of its time here,
 * so the arithmetic decoder's state is in local variables, and its frequent steps are inlined by
 * hand.
 */
final class Vp8Coefficients {
  static final int AFTER_SECOND_ORDER = 0;
  static final int SECOND_ORDER = 1;
  static final int CHROMINANCE = 2;
  static final int WHOLE = 3;

  private static final int COUNT = 16;
  private static final int NODES = 11;
  private static final int[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};
  private static final int[] BANDS = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0};

  /** The index of a position's probabilities within those of its type of blocks. */
  private static final int[] BAND_NODES = bandNodes();

  /** The probabilities of the extra bits of the four largest categories of coefficients. */
  private static final int[][] CATEGORIES = {
    {173, 148, 140},
    {176, 155, 140, 135},
    {180, 157, 141, 134, 130},
    {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}
  };

  private final int[] probabilities;

  /**
   * Creates a reader.
   *
   * @param probabilities by block type, band, context and node, as in {@link
   *     Vp8Tables#COEFFICIENTS}
   */
  Vp8Coefficients(int[] probabilities) {
    this.probabilities = probabilities;
  }

  private static int[] bandNodes() {
    int[] nodes = new int[BANDS.length];
    for (int place = 0; place < nodes.length; place++) {
      nodes[place] = BANDS[place] * 3 * NODES;
    }
    return nodes;
  }

  /**
   * Reads one block and returns the index after its last coefficient, or {@code first} if it has
   * none.
   *
   * @param context the number of neighbours, above and to the left, that have coefficients
   * @param out the target of sixteen coefficients, all zero before the call
   * @param from the index in {@code out} of the block's first coefficient
   * @param dc the factor of the first coefficient
   * @param ac the factor of the other coefficients
   */
  int readBlock(
      Vp8BoolDecoder bits, int type, int context, int first, int[] out, int from, int dc, int ac)
      throws ImageException {
    int[] table = probabilities;
    int typeNode = type * 8 * 3 * NODES;
    int node = typeNode + BAND_NODES[first] + context * NODES;
    int place = first;
    long value = bits.value;
    int range = bits.range;
    int spare = bits.spare;
    read:
    while (place < COUNT) {
      // Whether there are more coefficients.
      int split = 1 + (((range - 1) * table[node]) >> 8);
      boolean more = (int) (value >> spare) >= split;
      if (more) {
        value -= (long) split << spare;
        range -= split;
      } else {
        range = split;
      }
      int shift = Integer.numberOfLeadingZeros(range) - 24;
      range <<= shift;
      spare -= shift;
      if (spare < 0) {
        bits.value = value;
        bits.spare = spare;
        bits.fill();
        value = bits.value;
        spare = bits.spare;
      }
      if (!more) {
        break;
      }
      // A run of zeros.
      while (true) {
        split = 1 + (((range - 1) * table[node + 1]) >> 8);
        boolean filled = (int) (value >> spare) >= split;
        if (filled) {
          value -= (long) split << spare;
          range -= split;
        } else {
          range = split;
        }
        shift = Integer.numberOfLeadingZeros(range) - 24;
        range <<= shift;
        spare -= shift;
        if (spare < 0) {
          bits.value = value;
          bits.spare = spare;
          bits.fill();
          value = bits.value;
          spare = bits.spare;
        }
        if (filled) {
          break;
        }
        place++;
        if (place == COUNT) {
          break read;
        }
        node = typeNode + BAND_NODES[place];
      }
      // The magnitude: one or more.
      split = 1 + (((range - 1) * table[node + 2]) >> 8);
      int magnitude = 1;
      int next = NODES;
      if ((int) (value >> spare) >= split) {
        value -= (long) split << spare;
        range -= split;
        shift = Integer.numberOfLeadingZeros(range) - 24;
        bits.value = value;
        bits.range = range << shift;
        bits.spare = spare - shift;
        if (bits.spare < 0) {
          bits.fill();
        }
        magnitude = readLarge(bits, table, node);
        value = bits.value;
        range = bits.range;
        spare = bits.spare;
        next = 2 * NODES;
      } else {
        shift = Integer.numberOfLeadingZeros(split) - 24;
        range = split << shift;
        spare -= shift;
        if (spare < 0) {
          bits.value = value;
          bits.spare = spare;
          bits.fill();
          value = bits.value;
          spare = bits.spare;
        }
      }
      // The sign, without a branch, since both signs are equally likely and cannot be predicted.
      split = (range + 1) >> 1;
      int negative = (split - 1 - (int) (value >> spare)) >> 31;
      value -= (long) (split & negative) << spare;
      range = split + ((range - 2 * split) & negative);
      shift = Integer.numberOfLeadingZeros(range) - 24;
      range <<= shift;
      spare -= shift;
      if (spare < 0) {
        bits.value = value;
        bits.spare = spare;
        bits.fill();
        value = bits.value;
        spare = bits.spare;
      }
      out[from + ZIGZAG[place]] = ((magnitude ^ negative) - negative) * (place > 0 ? ac : dc);
      place++;
      node = typeNode + BAND_NODES[place] + next;
    }
    bits.value = value;
    bits.range = range;
    bits.spare = spare;
    return place;
  }

  private static int readLarge(Vp8BoolDecoder bits, int[] table, int node) throws ImageException {
    if (bits.bit(table[node + 3]) == 0) {
      return bits.bit(table[node + 4]) == 0 ? 2 : 3 + bits.bit(table[node + 5]);
    }
    if (bits.bit(table[node + 6]) == 0) {
      if (bits.bit(table[node + 7]) == 0) {
        return 5 + bits.bit(159);
      }
      int high = 2 * bits.bit(165);
      return 7 + high + bits.bit(145);
    }
    int high = bits.bit(table[node + 8]);
    int category = 2 * high + bits.bit(table[node + 9 + high]);
    int extra = 0;
    for (int probability : CATEGORIES[category]) {
      extra = 2 * extra + bits.bit(probability);
    }
    return extra + 3 + (8 << category);
  }
}
