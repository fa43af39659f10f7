package io.groundstream.kosmos2.checkpoint;

/**
 * The shape of the text decoder.
 *
 * @param vocabSize rows of the embedding; the tokenizer may know fewer ids
 * @param maxPositions the longest sequence of prompt and generated tokens together
 * @param embedDim width of the residual stream, a multiple of {@code heads}
 * @param layers decoder layers
 * @param ffnDim width between the two layers of a feed-forward block
 * @param heads attention heads, also of the projection from image to text
 * @param activation activation of the feed-forward blocks
 * @param layerNormEps added to the variance in every layer norm
 * @param scaleEmbedding whether token embeddings are multiplied by √embedDim
 * @param padTokenId also the offset of positions, which start at {@code padTokenId + 1}
 * @param bosTokenId begins every prompt
 * @param eosTokenId ends a generated sequence
 */
public record TextConfig(
    int vocabSize,
    int maxPositions,
    int embedDim,
    int layers,
    int ffnDim,
    int heads,
    Activation activation,
    double layerNormEps,
    boolean scaleEmbedding,
    int padTokenId,
    int bosTokenId,
    int eosTokenId) {}
