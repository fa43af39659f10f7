package io.groundstream.images;

import org.jspecify.annotations.Nullable;

/**
 * A component of a JPEG frame: luminance, a chrominance or an ink, with its own sampling. It
 * consists of data units, which are blocks of 8 x 8 samples, or single samples in a lossless frame.
 */
final class JpegComponent {
  static final int BLOCK = 8;
  static final int COEFFICIENTS = BLOCK * BLOCK;

  final int index;
  final int id;

  /**
   * The sampling factors: the number of its data units side by side, and on top of each other, in
   * an MCU.
   */
  final int horizontal;

  final int vertical;

  /** The index of its quantization table. */
  final int quantizer;

  /** The size in samples. */
  int width;

  int height;

  /** The size in data units, counting those with samples of the image. */
  int unitsAcross;

  int unitsDown;

  /** The size in data units, including those that pad the last MCUs. */
  int paddedAcross;

  int paddedDown;

  /** The tables that the current scan names. */
  int dcTable;

  int acTable;

  /** The quantization table at the start of its first scan, in natural order. */
  int @Nullable [] quantization;

  /**
   * The coefficients in natural order, block after block, or samples if lossless: those of one row
   * of MCUs, or of the whole image if it has several scans.
   */
  short[] coefficients = new short[0];

  /** For each block, the last coefficient in zigzag order that may differ from zero. */
  byte[] extents = new byte[0];

  JpegComponent(int index, int id, int horizontal, int vertical, int quantizer) {
    this.index = index;
    this.id = id;
    this.horizontal = horizontal;
    this.vertical = vertical;
    this.quantizer = quantizer;
  }
}
