package io.groundstream.kosmos2.program;

/**
 * The number formats in which the network computes, as PyTorch's scalar types.
 *
 * @param matrices the format of weights, of their multiplicands and of the key/value cache
 * @param stream the format of the residual stream, the layer norms and the comparison of logits
 * @param packed whether weights are kept in oneDNN's own layout, which saves a conversion in each
 *     call, and operations after a linear layer are fused with it
 * @param forGpu whether sizes are padded for a GPU's kernels
 */
record Arithmetic(int matrices, int stream, boolean packed, boolean forGpu) {
  /**
   * Returns the formats for a device. The stream is always float32: this costs little, and most of
   * the error of a reduced precision comes from repeated rounding of the stream.
   */
  static Arithmetic of(Precision wanted, DeviceSpec device) {
    Precision precision = wanted.resolve(device);
    boolean cpu = device.kind() == DeviceSpec.Kind.CPU;
    return new Arithmetic(
        precision.scalarType(), Precision.FLOAT32.scalarType(), cpu && packed(precision), !cpu);
  }

  /** Returns the formats of a GPU, so that tests can run its operations on any device. */
  static Arithmetic asOnGpu(Precision precision) {
    return new Arithmetic(precision.scalarType(), Precision.FLOAT32.scalarType(), false, true);
  }

  private static boolean packed(Precision precision) {
    return switch (precision) {
      case FLOAT32 -> true;
      case BFLOAT16 -> CpuFeatures.current().packedBfloat16();
      case FLOAT16 -> false; // oneDNN's kernels for it are slower than PyTorch's own.
      case AUTO -> throw new IllegalArgumentException("dtype: auto (expected: a resolved one)");
    };
  }
}
