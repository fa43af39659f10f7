package io.groundstream.kosmos2.checkpoint;

/**
 * The shape of the whole network.
 *
 * @param text the text decoder
 * @param vision the vision encoder
 * @param latentQueryCount the number of positions of an image in the prompt
 * @param tieWordEmbeddings whether the output head is the transposed token embedding and has no
 *     tensor of its own
 */
public record Kosmos2Config(
    TextConfig text, VisionConfig vision, int latentQueryCount, boolean tieWordEmbeddings) {}
