package io.groundstream.kosmos2.program;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The number format of weights, of their multiplicands, and of the key/value cache. The residual
 * stream stays in float32, and logits are compared in float32.
 */
public enum Precision {
  /**
   * The fastest format whose answers are known to agree with float32: bfloat16 on a CPU with
   * bfloat16 arithmetic and on a GPU of compute capability 8.0 or higher, else float32; see {@link
   * #resolve}.
   */
  AUTO("auto", -1),
  /** The format of the reference, with the same answers token by token. */
  FLOAT32("float32", 6),
  /** Half the memory, the exponent range of float32; many times as fast on CPUs with AMX. */
  BFLOAT16("bfloat16", 15),
  /** Half the memory, more mantissa than bfloat16; meant for GPUs. */
  FLOAT16("float16", 5);

  /** The compute capability, times ten, from which GPUs (Ampere) multiply bfloat16 numbers. */
  private static final int BFLOAT16_CAPABILITY = 80;

  private final String id;
  private final int scalarType;

  Precision(String id, int scalarType) {
    this.id = id;
    this.scalarType = scalarType;
  }

  /** Returns the name used in configuration and records, such as {@code float32}. */
  public String id() {
    return id;
  }

  /**
   * Returns the precision of the given name.
   *
   * @throws IllegalArgumentException if there is no such precision; the message lists all names
   */
  public static Precision parse(String id) {
    for (Precision precision : values()) {
      if (precision.id.equals(id)) {
        return precision;
      }
    }
    throw new IllegalArgumentException(
        "dtype: "
            + id
            + " (expected: one of "
            + Arrays.stream(values()).map(Precision::id).collect(Collectors.joining(", "))
            + ")");
  }

  /**
   * Returns the format in which a model computes on a device.
   *
   * @param device a device returned by {@link TorchRuntime#resolve}
   * @return never {@link #AUTO}
   */
  public Precision resolve(DeviceSpec device) {
    if (this != AUTO) {
      return this;
    }
    boolean bfloat16 =
        device.kind() == DeviceSpec.Kind.GPU
            ? TorchRuntime.computeCapability(device) >= BFLOAT16_CAPABILITY
            : CpuFeatures.current().bfloat16Arithmetic();
    return bfloat16 ? BFLOAT16 : FLOAT32;
  }

  /** Returns PyTorch's number for this scalar type (c10/core/ScalarType.h). */
  int scalarType() {
    return scalarType;
  }
}
