package io.groundstream.kosmos2.program;

/**
 * The number formats in which the network computes, as PyTorch's scalar types.
 *
 * @param matrices the format of weights, of their multiplicands and of the key/value cache
 * @param stream the format of the residual stream, the layer norms and the comparison of logits
 * @param packed whether weights are kept in oneDNN's own layout, which saves a conversion in each
 *     call, and operations after a linear layer are fused with it
 * @param widened whether a decode step converts keys and values to the stream's format before it
 *     attends to them: most processors' attention of a single query is several times as fast in
 *     float32 as in half precision
 * @param forGpu whether sizes are padded for a GPU's kernels
 */
record Arithmetic(int matrices, int stream, boolean packed, boolean widened, boolean forGpu) {
  /**
   * Returns the formats for a device. The stream is always float32: this costs little, and most of
   * the error of a reduced precision comes from repeated rounding of the stream.
   */
  static Arithmetic of(Precision wanted, DeviceSpec device) {
    Precision precision = wanted.resolve(device);
    return device.kind() == DeviceSpec.Kind.CPU
        ? onCpu(precision, widened(precision))
        : asOnGpu(precision);
  }

  /** Returns the formats of a CPU, with or without widened keys and values. */
  static Arithmetic onCpu(Precision precision, boolean widened) {
    return new Arithmetic(
        precision.scalarType(), Precision.FLOAT32.scalarType(), packed(precision), widened, false);
  }

  /** Returns the formats of a GPU, so that tests can run its operations on any device. */
  static Arithmetic asOnGpu(Precision precision) {
    return new Arithmetic(
        precision.scalarType(), Precision.FLOAT32.scalarType(), false, false, true);
  }

  private static boolean widened(Precision precision) {
    return switch (precision) {
      case FLOAT32 -> false;
      case BFLOAT16 -> !CpuFeatures.current().bfloat16Tiles();
      case FLOAT16 -> true;
      case AUTO -> throw new IllegalArgumentException("dtype: auto (expected: a resolved one)");
    };
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
