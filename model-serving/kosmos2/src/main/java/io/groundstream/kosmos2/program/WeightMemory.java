package io.groundstream.kosmos2.program;

import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.checkpoint.TensorInfo;
import io.groundstream.kosmos2.checkpoint.TextConfig;

/**
 * The memory of a loaded network's weights, computed from their shapes. It leaves out the padding
 * of oneDNN's layout and the allocator's own data, together less than a hundredth.
 *
 * @param checkpointBytes the tensors of the checkpoint, in the formats in which they are kept
 * @param headCopyBytes the head's own copy of the embeddings. A CPU multiplies by repacked
 *     matrices, from which single rows cannot be read; 0 if both are one tensor
 * @param positionBytes the table of positions
 */
public record WeightMemory(long checkpointBytes, long headCopyBytes, long positionBytes) {

  /**
   * Computes the memory of a checkpoint's network.
   *
   * @param device a device resolved by {@link TorchRuntime#resolve}
   * @param precision any but {@code auto}
   */
  public static WeightMemory of(Checkpoint checkpoint, DeviceSpec device, Precision precision) {
    Arithmetic arithmetic = Arithmetic.of(precision, device);
    int matrixBytes = bytes(arithmetic.matrices());
    int streamBytes = bytes(arithmetic.stream());
    long tensors = 0;
    for (TensorInfo tensor : checkpoint.tensors().values()) {
      long elements = tensor.byteCount() / tensor.type().byteSize();
      // Vectors keep the precision of the stream.
      tensors += elements * (tensor.shape().length == 1 ? streamBytes : matrixBytes);
    }
    TextConfig text = checkpoint.config().text();
    long head = (long) text.vocabSize() * text.embedDim() * matrixBytes;
    long positions = text.maxPositions() + text.padTokenId() + 1L;
    return new WeightMemory(
        tensors, arithmetic.packed() ? head : 0, positions * text.embedDim() * streamBytes);
  }

  private static int bytes(int scalarType) {
    return scalarType == Precision.FLOAT32.scalarType() ? Float.BYTES : Short.BYTES;
  }

  /** Returns the sum, in bytes. */
  public long total() {
    return checkpointBytes + headCopyBytes + positionBytes;
  }
}
