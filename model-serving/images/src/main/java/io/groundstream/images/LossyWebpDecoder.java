package io.groundstream.images;

import java.util.Arrays;

/**
 * Decodes lossy WebP, which is a VP8 key frame (RFC 6386). Macroblocks of 16 by 16 samples are
 * predicted from their neighbours, corrected by the stream's residues, and finally smoothed at
 * their edges.
 */
final class LossyWebpDecoder {
  /** The tree of sub-block modes: positive numbers are the next node, others are negated modes. */
  private static final int[] SUBBLOCK_TREE = {
    -Vp8Prediction.DC,
    2,
    -Vp8Prediction.TRUE_MOTION,
    4,
    -Vp8Prediction.VERTICAL,
    6,
    8,
    12,
    -Vp8Prediction.HORIZONTAL,
    10,
    -Vp8Prediction.RIGHT_DOWN,
    -Vp8Prediction.VERTICAL_RIGHT,
    -Vp8Prediction.LEFT_DOWN,
    14,
    -Vp8Prediction.VERTICAL_LEFT,
    16,
    -Vp8Prediction.HORIZONTAL_DOWN,
    -Vp8Prediction.HORIZONTAL_UP
  };

  private final byte[] bytes;
  private final int start;
  private final int end;
  private final ImageLimits limits;
  private final TimeLimit time;
  private final Vp8Prediction prediction = new Vp8Prediction();

  /** The coefficients of 16 luminance and 4 + 4 chrominance blocks, 16 each. */
  private final int[] coefficients = new int[24 * 16];

  /**
   * For each block, the index after its last coefficient, in the order in which they are stored.
   */
  private final int[] ends = new int[24];

  private final int[] second = new int[16];
  private final int[] subblockModes = new int[16];
  private final int[] leftModes = new int[4];

  /** Whether the neighbours had coefficients: 4 luminance, 2 + 2 chrominance, 1 second order. */
  private final int[] leftFilled = new int[9];

  LossyWebpDecoder(byte[] bytes, int start, int end, ImageLimits limits, TimeLimit time) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.limits = limits;
    this.time = time;
  }

  DecodedImage decode() throws ImageException {
    ByteCursor cursor = new ByteCursor(bytes, start, end, false);
    int tag = cursor.u24();
    if ((tag & 1) != 0 || cursor.u24() != 0x2a019d) {
      throw Failures.corrupt("lossy data (expected: a VP8 key frame)");
    }
    int width = cursor.u16() & 0x3fff;
    int height = cursor.u16() & 0x3fff;
    limits.checkSize(width, height);
    int headerEnd = cursor.position() + (tag >> 5);
    if (headerEnd > end) {
      throw Failures.truncated("first partition: " + (tag >> 5) + " bytes (expected: fewer)");
    }
    Vp8BoolDecoder modes = new Vp8BoolDecoder(bytes, cursor.position(), headerEnd);
    Vp8Header header = new Vp8Header(modes);
    Vp8Coefficients blocks = new Vp8Coefficients(header.coefficients);
    Vp8BoolDecoder[] partitions = openPartitions(header.partitions, headerEnd);
    int across = (width + 15) / 16;
    int down = (height + 15) / 16;
    // Even an empty macroblock takes about an eighth of a bit for its modes.
    if ((long) across * down / 64 > end - start) {
      throw Failures.truncated("lossy data: too little for " + width + " x " + height + " pixels");
    }
    Vp8Plane luminance = new Vp8Plane(16 * across, 16 * down);
    Vp8Plane blue = new Vp8Plane(8 * across, 8 * down);
    Vp8Plane red = new Vp8Plane(8 * across, 8 * down);
    byte[] filterLevels = new byte[across * down];
    boolean[] filterInside = new boolean[across * down];
    int[] aboveModes = new int[4 * across];
    int[] aboveFilled = new int[9 * across];
    for (int row = 0; row < down; row++) {
      time.check();
      Vp8BoolDecoder tokens = partitions[row & (partitions.length - 1)];
      Arrays.fill(leftModes, Vp8Prediction.DC);
      Arrays.fill(leftFilled, 0);
      for (int column = 0; column < across; column++) {
        int segment = header.updatesSegmentMap ? readSegment(header, modes) : 0;
        boolean empty = header.skipProbability >= 0 && modes.bit(header.skipProbability) == 1;
        int mode = readLuminanceMode(modes, aboveModes, 4 * column);
        int chrominanceMode = readChrominanceMode(modes);
        boolean subblocks = mode < 0;
        boolean filled =
            empty
                ? passOver(subblocks, aboveFilled, 9 * column)
                : readCoefficients(
                    blocks, header.quantizers[segment], tokens, subblocks, aboveFilled, 9 * column);
        reconstructLuminance(luminance, column, row, across, mode);
        reconstructChrominance(blue, column, row, chrominanceMode, 16);
        reconstructChrominance(red, column, row, chrominanceMode, 20);
        int macroblock = row * across + column;
        filterLevels[macroblock] = (byte) header.filterLevel(segment, subblocks);
        filterInside[macroblock] = subblocks || filled;
      }
    }
    if (header.filterLevel > 0) {
      new Vp8LoopFilter(header.simpleFilter, header.sharpness, luminance, blue, red)
          .apply(across, down, filterLevels, filterInside, time);
    }
    return new DecodedImage(width, height, Vp8Colors.toRgb(luminance, blue, red, width, height));
  }

  private Vp8BoolDecoder[] openPartitions(int count, int sizesStart) throws ImageException {
    ByteCursor sizes = new ByteCursor(bytes, sizesStart, end, false);
    Vp8BoolDecoder[] partitions = new Vp8BoolDecoder[count];
    long from = sizesStart + 3L * (count - 1);
    for (int index = 0; index < count; index++) {
      long until = index < count - 1 ? from + sizes.u24() : end;
      if (from > end || until > end) {
        throw Failures.truncated("partition " + index + " (expected: within the data)");
      }
      partitions[index] = new Vp8BoolDecoder(bytes, (int) from, (int) until);
      from = until;
    }
    return partitions;
  }

  private static int readSegment(Vp8Header header, Vp8BoolDecoder bits) throws ImageException {
    int[] probabilities = header.segmentProbabilities;
    return bits.bit(probabilities[0]) == 0
        ? bits.bit(probabilities[1])
        : 2 + bits.bit(probabilities[2]);
  }

  /** Returns the mode of the whole macroblock, or -1 if each of its sub-blocks has its own. */
  private int readLuminanceMode(Vp8BoolDecoder bits, int[] aboveModes, int above)
      throws ImageException {
    if (bits.bit(145) == 0) {
      for (int index = 0; index < 16; index++) {
        int column = index % 4;
        int mode =
            readSubblockMode(bits, (aboveModes[above + column] * 10 + leftModes[index / 4]) * 9);
        subblockModes[index] = mode;
        aboveModes[above + column] = mode;
        leftModes[index / 4] = mode;
      }
      return -1;
    }
    int mode;
    if (bits.bit(156) == 0) {
      mode = bits.bit(163) == 0 ? Vp8Prediction.DC : Vp8Prediction.VERTICAL;
    } else {
      mode = bits.bit(128) == 0 ? Vp8Prediction.HORIZONTAL : Vp8Prediction.TRUE_MOTION;
    }
    Arrays.fill(aboveModes, above, above + 4, mode);
    Arrays.fill(leftModes, mode);
    return mode;
  }

  private static int readSubblockMode(Vp8BoolDecoder bits, int probabilities)
      throws ImageException {
    int node = 0;
    do {
      node = SUBBLOCK_TREE[node + bits.bit(Vp8Tables.SUBBLOCK_MODES[probabilities + node / 2])];
    } while (node > 0);
    return -node;
  }

  private static int readChrominanceMode(Vp8BoolDecoder bits) throws ImageException {
    if (bits.bit(142) == 0) {
      return Vp8Prediction.DC;
    }
    if (bits.bit(114) == 0) {
      return Vp8Prediction.VERTICAL;
    }
    return bits.bit(183) == 0 ? Vp8Prediction.HORIZONTAL : Vp8Prediction.TRUE_MOTION;
  }

  /** Records that a macroblock has no coefficients, and returns false. */
  private boolean passOver(boolean subblocks, int[] aboveFilled, int above) {
    Arrays.fill(coefficients, 0);
    Arrays.fill(ends, 0);
    // A macroblock without second order leaves the neighbours' state of it unchanged.
    int count = subblocks ? 8 : 9;
    Arrays.fill(leftFilled, 0, count, 0);
    Arrays.fill(aboveFilled, above, above + count, 0);
    return false;
  }

  /** Reads a macroblock's coefficients and returns whether there are any. */
  private boolean readCoefficients(
      Vp8Coefficients blocks,
      int[] quantizers,
      Vp8BoolDecoder bits,
      boolean subblocks,
      int[] aboveFilled,
      int above)
      throws ImageException {
    Arrays.fill(coefficients, 0);
    int first = 0;
    int type = Vp8Coefficients.WHOLE;
    if (!subblocks) {
      Arrays.fill(second, 0);
      int context = leftFilled[8] + aboveFilled[above + 8];
      int read =
          blocks.readBlock(
              bits,
              Vp8Coefficients.SECOND_ORDER,
              context,
              0,
              second,
              0,
              quantizers[2],
              quantizers[3]);
      leftFilled[8] = read > 0 ? 1 : 0;
      aboveFilled[above + 8] = leftFilled[8];
      prediction.spread(second, coefficients);
      first = 1;
      type = Vp8Coefficients.AFTER_SECOND_ORDER;
    }
    int filled = 0;
    for (int index = 0; index < 16; index++) {
      int row = index >> 2;
      int column = above + (index & 3);
      int context = leftFilled[row] + aboveFilled[column];
      int from = 16 * index;
      int read =
          blocks.readBlock(
              bits, type, context, first, coefficients, from, quantizers[0], quantizers[1]);
      ends[index] = read;
      leftFilled[row] = read > first ? 1 : 0;
      aboveFilled[column] = leftFilled[row];
      filled |= leftFilled[row] | coefficients[from];
    }
    for (int index = 16; index < 24; index++) {
      int plane = (index - 16) >> 2 << 1;
      int row = 4 + plane + ((index >> 1) & 1);
      int column = above + 4 + plane + (index & 1);
      int context = leftFilled[row] + aboveFilled[column];
      int read =
          blocks.readBlock(
              bits,
              Vp8Coefficients.CHROMINANCE,
              context,
              0,
              coefficients,
              16 * index,
              quantizers[4],
              quantizers[5]);
      ends[index] = read;
      leftFilled[row] = read > 0 ? 1 : 0;
      aboveFilled[column] = leftFilled[row];
      filled |= read;
    }
    return filled != 0;
  }

  private void reconstructLuminance(Vp8Plane plane, int column, int row, int across, int mode) {
    int x = 16 * column;
    int y = 16 * row;
    if (mode >= 0) {
      prediction.predict(plane, x, y, 16, mode);
    }
    // The samples above and to the right of the macroblock serve all four rows of its last
    // sub-blocks.
    int aboveRight = plane.index(x + 16, y - 1);
    if (row > 0 && column == across - 1) {
      byte last = plane.samples[aboveRight - 1];
      Arrays.fill(plane.samples, aboveRight, aboveRight + 4, last);
    }
    for (int index = 0; index < 16; index++) {
      int block = plane.index(x + index % 4 * 4, y + index / 4 * 4);
      if (mode < 0) {
        int right = index % 4 == 3 ? aboveRight : block - plane.stride + 4;
        prediction.predictSubblock(plane, block, right, subblockModes[index]);
      }
      addResidue(index, plane, block);
    }
  }

  private void reconstructChrominance(
      Vp8Plane plane, int column, int row, int mode, int firstBlock) {
    prediction.predict(plane, 8 * column, 8 * row, 8, mode);
    for (int index = 0; index < 4; index++) {
      int block = plane.index(8 * column + index % 2 * 4, 8 * row + index / 2 * 4);
      addResidue(firstBlock + index, plane, block);
    }
  }

  private void addResidue(int index, Vp8Plane plane, int block) {
    int from = 16 * index;
    if (ends[index] > 1) {
      prediction.addTransformed(coefficients, from, plane, block);
    } else if (coefficients[from] != 0) {
      prediction.addFlat(coefficients[from], plane, block);
    }
  }
}
