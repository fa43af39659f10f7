package io.groundstream.model.image;

/**
 * The samples of a component in two rows of MCUs, the one that was decoded last and the one before:
 * an int each, as loops over ints are what the JVM makes vector instructions of.
 *
 * <p>The rows of a component that has a sample for each column of the picture hold the even columns
 * first and then the odd ones, so that colours are made of two columns at once.
 */
final class JpegPlane {
  final int[] samples;

  /** Whether even and odd columns stand apart. */
  final boolean split;

  /** From a row to the next. */
  final int stride;

  /** From a sample in an even column to the one two columns further. */
  final int pair;

  /** From a sample in an even column to the one next to it. */
  final int odd;

  private final int rows;

  JpegPlane(JpegFrame frame, JpegComponent component) {
    this.rows = 2 * component.vertical * frame.unit();
    this.stride = (component.paddedAcross * frame.unit() + 1) & ~1;
    this.split = component.horizontal == frame.mostHorizontal;
    this.pair = split ? 1 : 2;
    this.odd = split ? stride / 2 : 1;
    this.samples = new int[rows * stride];
  }

  /** Returns where a row begins. */
  int start(int row) {
    return row % rows * stride;
  }
}
