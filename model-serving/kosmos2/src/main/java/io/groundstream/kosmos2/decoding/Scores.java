package io.groundstream.kosmos2.decoding;

import java.util.Arrays;

/** Searches in scores of tokens. Of equal scores, the one of the lowest token id comes first. */
final class Scores {
  private Scores() {}

  /** Returns the token of the largest score; -1 if all are excluded. */
  static int best(float[] scores) {
    int best = -1;
    float largest = Float.NEGATIVE_INFINITY;
    for (int token = 0; token < scores.length; token++) {
      if (scores[token] > largest) {
        largest = scores[token];
        best = token;
      }
    }
    return best;
  }

  /** Returns the tokens with larger scores than the given one, in order of their ids. */
  static int[] above(float[] scores, float bound) {
    int count = 0;
    for (float score : scores) {
      if (score > bound) {
        count++;
      }
    }
    int[] tokens = new int[count];
    int next = 0;
    for (int token = 0; token < scores.length; token++) {
      if (scores[token] > bound) {
        tokens[next++] = token;
      }
    }
    return tokens;
  }

  /** Returns the tokens in order of falling scores. */
  static int[] descending(float[] scores, int[] tokens) {
    long[] keys = new long[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      int bits = Float.floatToIntBits(scores[tokens[i]]);
      // Integers in the order of the floats; zeros of both signs are equal, but that is no matter.
      int ordered = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
      keys[i] = ((long) ~ordered << 32) | tokens[i];
    }
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
  }
}
