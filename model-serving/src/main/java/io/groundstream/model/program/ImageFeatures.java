package io.groundstream.model.program;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import java.util.List;

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

  /** Returns how many pictures these are the features of. */
  public int count() {
    return Math.toIntExact(array.getShape().get(0));
  }

  /** Returns a copy of the features of one picture, which may outlive these. */
  public ImageFeatures copyOf(int picture) {
    NDManager owner = manager.getParentManager().newSubManager();
    try (NDArray view = array.get(new NDIndex().addSliceDim(picture, picture + 1L))) {
      PtNDArray copy = (PtNDArray) view.duplicate();
      copy.attach(owner);
      return new ImageFeatures(owner, copy);
    }
  }

  /** Returns a copy of the features of several pictures, one after the other. */
  public static ImageFeatures join(List<ImageFeatures> parts) {
    NDManager owner = parts.get(0).manager.getParentManager().newSubManager();
    NDList arrays = new NDList();
    parts.forEach(part -> arrays.add(part.array));
    PtNDArray joined = (PtNDArray) NDArrays.concat(arrays);
    joined.attach(owner);
    return new ImageFeatures(owner, joined);
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
