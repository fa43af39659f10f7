package io.groundstream.kosmos2.checkpoint;

/**
 * The shape of the whole network.
 *
 * @param text the text decoder
 * @param vision the vision encoder
 * @param latentQueryCount places that an image takes in the prompt
 * @param tieWordEmbeddings whether the output head is the transposed token embedding, so that there
 *     is no tensor of its own for it
 */
public record Kosmos2Config(
    TextConfig text, VisionConfig vision, int latentQueryCount, boolean tieWordEmbeddings) {}
