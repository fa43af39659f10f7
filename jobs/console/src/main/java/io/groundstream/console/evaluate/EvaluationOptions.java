package io.groundstream.console.evaluate;

/**
 * How the model is asked.
 *
 * @param noRepeatNgramSize the size of n-grams that are not repeated; 0 for none
 * @param maxNewTokens the maximum number of generated tokens; 0 for the authors' rule, by which
 *     prompt and answer together have at most 500 tokens after the first
 * @param ignoresOrientation whether JPEGs are decoded as they are stored
 */
public record EvaluationOptions(
    int noRepeatNgramSize, int maxNewTokens, boolean ignoresOrientation) {}
