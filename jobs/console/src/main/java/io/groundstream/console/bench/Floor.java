package io.groundstream.console.bench;

import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import io.groundstream.kosmos2.checkpoint.TextConfig;
import io.groundstream.kosmos2.checkpoint.VisionConfig;
import io.groundstream.kosmos2.program.DeviceProbe;

/**
 * The least time that an image can take on a device. Each phase needs a certain amount of
 * arithmetic and reads a certain number of bytes, and cannot be faster than the slower of the two.
 * Weights are read once per batch, keys and values once per token. Everything else is left out,
 * which lowers the floor.
 *
 * @param arithmeticSeconds of one image, if only arithmetic took time
 * @param bandwidthSeconds of one image, if only memory reads took time
 * @param seconds of one image: the larger of the two in each phase, summed over phases
 */
public record Floor(double arithmeticSeconds, double bandwidthSeconds, double seconds) {

  /**
   * Computes the floor.
   *
   * @param promptTokens tokens of a prompt, including those of the image
   * @param newTokens tokens of an answer, on average
   * @param batch the number of sequences that share a step
   * @param elementBytes the size of a weight and of an element of the cache
   */
  public static Floor of(
      Kosmos2Config config,
      DeviceProbe device,
      double promptTokens,
      double newTokens,
      int batch,
      int elementBytes) {
    TextConfig text = config.text();
    double width = text.embedDim();
    double layerWeights = text.layers() * (4 * width * width + 2 * width * text.ffnDim());
    double headWeights = width * text.vocabSize();
    double decodeSteps = Math.max(0, newTokens - 1);
    double context = promptTokens + decodeSteps / 2;
    double keysAndValues = 2.0 * text.layers() * width;

    double[] flops = {
      encodeFlops(config),
      // Attention within a prompt is causal: on average, a token attends to half of the prompt.
      2 * layerWeights * promptTokens
          + 2 * keysAndValues * promptTokens * promptTokens / 2
          + 2 * headWeights,
      decodeSteps * (2 * layerWeights + 2 * headWeights + 2 * keysAndValues * context)
    };
    double[] elements = {
      encodeWeights(config) / batch,
      (layerWeights + headWeights) / batch,
      decodeSteps * ((layerWeights + headWeights) / batch + keysAndValues * context)
    };
    double arithmetic = 0;
    double bandwidth = 0;
    double both = 0;
    for (int phase = 0; phase < flops.length; phase++) {
      double computing = flops[phase] / device.flopsPerSecond();
      double reading = elements[phase] * elementBytes / device.bytesPerSecond();
      arithmetic += computing;
      bandwidth += reading;
      both += Math.max(computing, reading);
    }
    return new Floor(arithmetic, bandwidth, both);
  }

  private static double encodeFlops(Kosmos2Config config) {
    VisionConfig vision = config.vision();
    double places = vision.positions();
    double width = vision.hiddenSize();
    double layer =
        2 * places * (4 * width * width + 2 * width * vision.intermediateSize())
            + 4 * places * places * width;
    double patches = 2 * places * patchWeights(vision);
    double textWidth = config.text().embedDim();
    double latents = config.latentQueryCount();
    double projection =
        2 * places * width * textWidth
            + 2 * textWidth * textWidth * (2 * latents + 2 * (places + latents))
            + 4 * latents * (places + latents) * textWidth;
    return vision.layers() * layer + patches + projection;
  }

  private static double encodeWeights(Kosmos2Config config) {
    VisionConfig vision = config.vision();
    double width = vision.hiddenSize();
    double textWidth = config.text().embedDim();
    return vision.layers() * (4 * width * width + 2 * width * vision.intermediateSize())
        + patchWeights(vision)
        + width * textWidth
        + 4 * textWidth * textWidth;
  }

  private static double patchWeights(VisionConfig vision) {
    return (double) vision.channels()
        * vision.patchSize()
        * vision.patchSize()
        * vision.hiddenSize();
  }
}
