package io.groundstream.kosmos2.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * What an adapter adds to one weight: scaling · B · A, where A has rank × columns elements and B
 * has rows × rank, computed in float32 as PEFT merges it. Thread-safe, since it never changes.
 */
@API(status = API.Status.INTERNAL)
public final class LowRankUpdate {
  private final float[] a;
  private final float[] b;
  private final int rank;
  private final int columns;
  private final float scaling;

  /**
   * @param columns the number of elements in a row of the weight, over all dimensions but the first
   */
  private LowRankUpdate(float[] a, float[] b, int rank, int columns, double scaling) {
    this.a = a;
    this.b = b;
    this.rank = rank;
    this.columns = columns;
    this.scaling = (float) scaling;
  }

  static LowRankUpdate ofMatrices(TensorInfo a, TensorInfo b, double scaling)
      throws CheckpointException {
    float[] valuesOfA = read(a);
    int rank = (int) a.shape()[0];
    return new LowRankUpdate(valuesOfA, read(b), rank, valuesOfA.length / rank, scaling);
  }

  /** Returns the update of a bias, which is one vector. */
  static LowRankUpdate ofBias(TensorInfo bias, double scaling) throws CheckpointException {
    return new LowRankUpdate(new float[] {1}, read(bias), 1, 1, scaling);
  }

  /**
   * Adds the update to a range of the weight's elements.
   *
   * @param values the elements, from index 0 to {@code count} - 1
   * @param first the row-major index of the first of them in the weight
   */
  public void addTo(FloatBuffer values, int count, long first) {
    float[] sums = new float[columns];
    int index = 0;
    while (index < count) {
      int row = (int) ((first + index) / columns);
      int from = (int) ((first + index) % columns);
      int to = Math.min(columns, from + count - index);
      Arrays.fill(sums, from, to, 0);
      for (int k = 0; k < rank; k++) {
        float factor = b[row * rank + k];
        int rowOfA = k * columns;
        for (int column = from; column < to; column++) {
          sums[column] += factor * a[rowOfA + column];
        }
      }
      for (int column = from; column < to; column++) {
        values.put(index, values.get(index) + sums[column] * scaling);
        index++;
      }
    }
  }

  private static float[] read(TensorInfo tensor) throws CheckpointException {
    ByteBuffer bytes = ByteBuffer.allocate((int) tensor.byteCount()).order(ByteOrder.LITTLE_ENDIAN);
    try (TensorReader reader = TensorReader.open(tensor)) {
      reader.read(bytes);
    }
    bytes.flip();
    float[] values = new float[(int) (tensor.byteCount() / tensor.type().byteSize())];
    tensor.type().toFloats(bytes, FloatBuffer.wrap(values));
    return values;
  }
}
