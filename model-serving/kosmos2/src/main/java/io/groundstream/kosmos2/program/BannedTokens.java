package io.groundstream.kosmos2.program;

import java.util.Arrays;
import org.apiguardian.api.API;

/** The tokens that rows of a batch must not choose in one step, as pairs of row and token id. */
@API(status = API.Status.INTERNAL)
public final class BannedTokens {
  private long[] rows = new long[8];
  private long[] tokens = new long[8];
  private int count;

  /** Bans {@code token} for the row {@code row} of the batch. */
  public void add(int row, int token) {
    if (count == rows.length) {
      rows = Arrays.copyOf(rows, 2 * count);
      tokens = Arrays.copyOf(tokens, 2 * count);
    }
    rows[count] = row;
    tokens[count] = token;
    count++;
  }

  int count() {
    return count;
  }

  /** Returns the pairs as a 2 × count matrix in row-major order. */
  long[] matrix() {
    long[] matrix = Arrays.copyOf(rows, 2 * count);
    System.arraycopy(tokens, 0, matrix, count, count);
    return matrix;
  }
}
