package io.groundstream.images;

import org.jspecify.annotations.Nullable;

/**
 * One component of a JPEG frame: luminance, a chrominance or an ink, with its own sampling. Its
 * size is counted in data units, which are blocks of 8 x 8 samples, or single samples in a lossless
 * frame.
 */
final class JpegComponent {
  static final int BLOCK = 8;
  static final int COEFFICIENTS = BLOCK * BLOCK;

  final int index;
  final int id;

  /**
   * Sampling factors: how many data units of it stand side by side, and above another, in a MCU.
   */
  final int horizontal;

  final int vertical;

  /** Which of the quantization tables is its own. */
  final int quantizer;

  /** Its size in samples. */
  int width;

  int height;

  /** Its size in data units that hold samples of the picture. */
  int unitsAcross;

  int unitsDown;

  /** Its size in data units with those that fill the last MCUs. */
  int paddedAcross;

  int paddedDown;

  /** The tables that the current scan names. */
  int dcTable;

  int acTable;

  /** The quantization table that stood when its first scan began, in natural order. */
  int @Nullable [] quantization;

  /**
   * Coefficients in natural order, block after block, or samples if lossless: those of one row of
   * MCUs, or of the whole picture where several scans make it up.
   */
  short[] coefficients = new short[0];

  /** Each block's last coefficient in zigzag order that may differ from zero. */
  byte[] extents = new byte[0];

  JpegComponent(int index, int id, int horizontal, int vertical, int quantizer) {
    this.index = index;
    this.id = id;
    this.horizontal = horizontal;
    this.vertical = vertical;
    this.quantizer = quantizer;
  }
}
