package io.groundstream.kosmos2.program;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The projected features of a batch of images, on the device: images × latent queries × text
 * dimension. Reference-counted: owned by the caller of {@link Kosmos2Program#encode} and by each
 * caller of {@link #retain}, and freed when all owners have closed them. Confined to one thread.
 */
@API(status = API.Status.INTERNAL)
public final class ImageFeatures implements AutoCloseable {
  private final NDManager manager;
  private final PtNDArray array;
  private int owners = 1;

  /** The features of one image in a batch. */
  public record Row(ImageFeatures features, int row) {}

  ImageFeatures(NDManager manager, PtNDArray array) {
    this.manager = manager;
    this.array = array;
  }

  PtNDArray array() {
    return array;
  }

  /** Returns the number of images. */
  public int count() {
    return Math.toIntExact(array.getShape().get(0));
  }

  /** Adds the caller as an owner. */
  public ImageFeatures retain() {
    owners++;
    return this;
  }

  /** Returns a concatenated copy of the features of several images. */
  public static ImageFeatures join(List<Row> rows) {
    NDManager owner = rows.get(0).features().manager.getParentManager().newSubManager();
    try (NDManager scope = owner.newSubManager()) {
      NDList arrays = new NDList();
      for (Row row : rows) {
        NDArray view =
            row.features().array.get(new NDIndex().addSliceDim(row.row(), row.row() + 1L));
        view.attach(scope);
        arrays.add(view);
      }
      PtNDArray joined = (PtNDArray) NDArrays.concat(arrays);
      joined.attach(owner);
      return new ImageFeatures(owner, joined);
    }
  }

  /** Returns a row-major copy of the features, for comparison with a reference. */
  public float[] toFloats() {
    try (NDManager scope = manager.newSubManager()) {
      NDArray copy = array.toType(DataType.FLOAT32, true);
      copy.attach(scope);
      return copy.toFloatArray();
    }
  }

  @Override
  public void close() {
    owners--;
    if (owners == 0) {
      manager.close();
    }
  }
}
