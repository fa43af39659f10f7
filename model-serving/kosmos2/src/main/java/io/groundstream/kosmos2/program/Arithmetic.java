package io.groundstream.kosmos2.program;

/**
 * The number formats in which the network computes, as PyTorch's scalar types.
 *
 * @param matrices of weights and of what is multiplied with them, and of the key/value cache
 * @param stream of the residual stream, the layer norms and the judgement of logits
 * @param packed whether weights are kept in oneDNN's own layout, which spares each call to bring
 *     them into it, and whether what follows a linear layer is computed along with it
 */
record Arithmetic(int matrices, int stream, boolean packed) {
  /**
   * On a CPU the stream stays in float32: that costs little there, and most of the error of a
   * reduced precision comes from rounding the stream over and over.
   */
  static Arithmetic of(Precision wanted, DeviceSpec device) {
    Precision precision = wanted.resolve(device);
    boolean cpu = device.kind() == DeviceSpec.Kind.CPU;
    return new Arithmetic(
        precision.scalarType(),
        cpu ? Precision.FLOAT32.scalarType() : precision.scalarType(),
        cpu && packed(precision));
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
