package io.groundstream.kosmos2.program;

/**
 * The number formats in which the network computes, as PyTorch's scalar types.
 *
 * @param matrices of weights and of what is multiplied with them, and of the key/value cache
 * @param stream of the residual stream, the layer norms and the judgement of logits
 * @param packed whether weights are kept in oneDNN's own layout, which spares each call to bring
 *     them into it, and whether what follows a linear layer is computed along with it
 * @param forGpu whether sizes are made to suit a GPU's kernels
 */
record Arithmetic(int matrices, int stream, boolean packed, boolean forGpu) {
  /**
   * The stream is float32 everywhere: that costs little, and most of the error of a reduced
   * precision comes from rounding the stream over and over.
   */
  static Arithmetic of(Precision wanted, DeviceSpec device) {
    Precision precision = wanted.resolve(device);
    boolean cpu = device.kind() == DeviceSpec.Kind.CPU;
    return new Arithmetic(
        precision.scalarType(), Precision.FLOAT32.scalarType(), cpu && packed(precision), !cpu);
  }

  /** What a GPU computes, for tests without one: on any device, by the same operations. */
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
