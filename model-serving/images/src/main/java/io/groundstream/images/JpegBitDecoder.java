package io.groundstream.images;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads the bits of a Huffman-coded scan: the next ones stand at the top of a long, and eight bytes
 * come in at once where none of them is 0xFF, which stands for itself or for a marker. Behind a
 * marker there are zeros, and they are counted.
 */
abstract class JpegBitDecoder extends JpegEntropyDecoder {
  /** How many bits there are at least after {@link #fill}. */
  static final int LEAST_BITS = 48;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  /** The next bits, from the top; those beyond {@link #bitCount} mean nothing. */
  long bits;

  int bitCount;

  /** How many of the bits that came in stand behind the end of the data. */
  private int paddedBits;

  JpegBitDecoder(JpegScanner scanner, JpegScan scan, TimeLimit time) {
    super(scanner, scan, time);
  }

  /** Makes at least {@link #LEAST_BITS} bits be there. */
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
    // Bits beyond the count may have been read ahead, and bytes may not follow as they stood.
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

  /** Takes up to 16 bits, which must be there. */
  final int take(int count) {
    int value = (int) (bits >>> 1 >>> (63 - count));
    drop(count);
    return value;
  }

  /** Takes a symbol, for which 17 bits must be there. */
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
      damaged("bits that are no code");
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
