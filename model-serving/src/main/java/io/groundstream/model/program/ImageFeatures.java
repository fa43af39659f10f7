package io.groundstream.model.program;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;

/**
 * The projected features of a batch of pictures, on the device: images × latent queries × text
 * dimension. Owned by whoever called {@link Kosmos2Program#encode}, and closed by them.
 */
public final class ImageFeatures implements AutoCloseable {
  private final NDManager manager;
  private final PtNDArray array;

  ImageFeatures(NDManager manager, PtNDArray array) {
    this.manager = manager;
    this.array = array;
  }

  PtNDArray array() {
    return array;
  }

  /** Returns a copy of the features, row-major, for comparison with a reference. */
  public float[] toFloats() {
    try (NDManager scope = manager.newSubManager()) {
      NDArray copy = array.toType(DataType.FLOAT32, true);
      copy.attach(scope);
      return copy.toFloatArray();
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
