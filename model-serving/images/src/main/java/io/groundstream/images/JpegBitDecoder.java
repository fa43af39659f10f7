package io.groundstream.images;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads the bits of a Huffman-coded scan. The next bits are at the top of a long. Eight bytes are
 * read at once unless one of them is 0xFF, which may start a marker. After a marker, zeros are
 * supplied and counted.
 */
abstract class JpegBitDecoder extends JpegEntropyDecoder {
  /** The least number of bits after {@link #fill}. */
  static final int MIN_BITS = 48;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  /** The next bits, from the top; those beyond {@link #bitCount} are undefined. */
  long bits;

  int bitCount;

  /** The number of zero bits that were supplied after the end of the data. */
  private int paddedBits;

  JpegBitDecoder(JpegScanner scanner, JpegScan scan, TimeLimit time) {
    super(scanner, scan, time);
  }

  /** Reads on until there are at least {@link #MIN_BITS} bits. */
  final void fill() {
    if (position + 8 <= bytes.length) {
      long next = (long) LONG.get(bytes, position);
      long inverted = ~next;
      if (((inverted - LOW_BITS) & next & HIGH_BITS) == 0) {
        bits |= next >>> bitCount;
        int count = (63 - bitCount) >> 3;
        position += count;
        bitCount += count << 3;
        return;
      }
    }
    fillByBytes();
  }

  private void fillByBytes() {
    // Clears bits beyond the count: they were read ahead without regard to markers.
    bits = bitCount == 0 ? 0 : bits & (-1L << (64 - bitCount));
    while (bitCount <= 56) {
      int value = 0;
      if (marker != 0) {
        paddedBits += 8;
      } else if (position >= bytes.length) {
        meetEnd();
        continue;
      } else {
        value = bytes[position] & 0xff;
        if (value == 0xff) {
          int after = position + 1;
          while (after < bytes.length && bytes[after] == (byte) 0xff) {
            after++;
          }
          if (after >= bytes.length) {
            meetEnd();
            continue;
          }
          if (bytes[after] != 0) {
            position = after - 1;
            marker = bytes[after] & 0xff;
            continue;
          }
          position = after;
        }
        position++;
      }
      bits |= (long) value << (56 - bitCount);
      bitCount += 8;
    }
  }

  final void drop(int count) {
    bits <<= count;
    bitCount -= count;
  }

  /** Takes up to 16 bits, which must have been filled. */
  final int take(int count) {
    int value = (int) (bits >>> 1 >>> (63 - count));
    drop(count);
    return value;
  }

  /** Takes a symbol, for which 17 bits must have been filled. */
  final int takeSymbol(JpegHuffmanTable table) throws ImageException {
    int entry = table.lookAhead[(int) (bits >>> JpegHuffmanTable.LOOK_AHEAD_SHIFT)];
    int length = entry & JpegHuffmanTable.BITS;
    int symbol = entry >> JpegHuffmanTable.SYMBOL_SHIFT & 0xff;
    if ((entry & JpegHuffmanTable.WITH_VALUE) != 0) {
      drop(length - (symbol & 15));
      return symbol;
    }
    if (length > 0) {
      drop(length);
      return symbol;
    }
    return takeLongSymbol(table);
  }

  final int takeLongSymbol(JpegHuffmanTable table) throws ImageException {
    int found = table.findLong((int) (bits >>> 48));
    drop(found >> JpegHuffmanTable.SYMBOL_SHIFT);
    if (found >> JpegHuffmanTable.SYMBOL_SHIFT > JpegHuffmanTable.LONGEST_CODE
        && bitCount >= paddedBits) {
      damaged("bits that are not a Huffman code");
    }
    return found & 0xff;
  }

  @Override
  final void endUnits() throws ImageException {
    if (bitCount < paddedBits) {
      starved = true;
      damaged("premature end of a scan's data");
    }
  }

  @Override
  void reset() {
    bits = 0;
    bitCount = 0;
    paddedBits = 0;
  }
}
