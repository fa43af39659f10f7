package io.groundstream.kosmos2.checkpoint;

/**
 * The shape of the text decoder.
 *
 * @param vocabSize rows of the embedding; the tokenizer may have fewer ids
 * @param maxPositions maximum number of prompt and generated tokens together
 * @param embedDim width of the residual stream, a multiple of {@code heads}
 * @param layers decoder layers
 * @param ffnDim width between the two layers of a feed-forward block
 * @param heads attention heads, also in the projection from image to text
 * @param activation activation of the feed-forward blocks
 * @param layerNormEps added to the variance in every layer norm
 * @param scaleEmbedding whether token embeddings are multiplied by √embedDim
 * @param padTokenId id of padding; positions start at {@code padTokenId + 1}
 * @param bosTokenId id of the first token of every prompt
 * @param eosTokenId id of the token that ends a generated sequence
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
