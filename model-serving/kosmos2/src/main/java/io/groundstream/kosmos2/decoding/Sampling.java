package io.groundstream.kosmos2.decoding;

import org.apiguardian.api.API;

/**
 * How a token is drawn at random: with the softmax of the logits divided by the temperature, among
 * the {@code topK} most probable tokens, and of these among the fewest most probable ones that
 * together have a probability of {@code topP}.
 *
 * @param temperature in [0.01, 10]; 1 leaves the model's distribution as it is
 * @param topK at least 1, or 0 for no such limit
 * @param topP in (0, 1]; 1 for no such limit
 * @param seed the same seed draws the same tokens for the same prompt
 */
@API(status = API.Status.STABLE)
public record Sampling(double temperature, int topK, double topP, long seed) {
  /** Draws with the model's distribution. */
  public static final Sampling DEFAULT = new Sampling(1, 0, 1, 0);
}
