package io.groundstream.kosmos2.program;

import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * How the rows of a batch choose tokens in one call: the tokens that they must not choose, as pairs
 * of row and token id, and the rows whose logits are returned, so that the caller can choose.
 */
@API(status = API.Status.INTERNAL)
public final class BannedTokens {
  private long[] rows = new long[8];
  private long[] tokens = new long[8];
  private int count;
  private int[] logitRows = new int[8];
  private int logitCount;

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

  /** Requests the logits of the row {@code row}, which has no banned tokens. */
  public void wantLogits(int row) {
    if (logitCount == logitRows.length) {
      logitRows = Arrays.copyOf(logitRows, 2 * logitCount);
    }
    logitRows[logitCount++] = row;
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

  /** Returns the rows whose logits are wanted, in the order of the requests. */
  int[] logitRows() {
    return Arrays.copyOf(logitRows, logitCount);
  }
}
