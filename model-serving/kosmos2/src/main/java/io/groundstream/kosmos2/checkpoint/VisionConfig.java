package io.groundstream.kosmos2.checkpoint;

/**
 * The shape of the vision encoder.
 *
 * @param hiddenSize width of the residual stream, a multiple of {@code heads}
 * @param intermediateSize width between the two layers of a feed-forward block
 * @param layers encoder layers
 * @param heads attention heads
 * @param channels colour channels of the image, always 3
 * @param imageSize width and height of the prepared image in pixels
 * @param patchSize width and height of a patch in pixels; a remainder at the right and lower edges
 *     is ignored
 * @param activation activation of the feed-forward blocks
 * @param layerNormEps added to the variance in every layer norm
 */
public record VisionConfig(
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int channels,
    int imageSize,
    int patchSize,
    Activation activation,
    double layerNormEps) {

  /** Returns the number of the encoder's positions: one per patch, and one for the whole image. */
  public int positions() {
    int patchesPerSide = imageSize / patchSize;
    return patchesPerSide * patchesPerSide + 1;
  }
}
