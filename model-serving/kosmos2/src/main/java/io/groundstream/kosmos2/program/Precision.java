package io.groundstream.kosmos2.program;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The number format of weights, of what is multiplied with them, and of the key/value cache. The
 * residual stream stays in float32, and logits are judged in float32.
 */
public enum Precision {
  /**
   * The fastest that is known to keep to float32's answers: bfloat16 on a CPU that computes with it
   * and on a GPU of compute capability 8.0 or more, else float32. {@link #resolve} tells which.
   */
  AUTO("auto", -1),
  /** The reference's own; token for token the same answers. */
  FLOAT32("float32", 6),
  /** Half the memory, the exponent range of float32; many times as fast on CPUs with AMX. */
  BFLOAT16("bfloat16", 15),
  /** Half the memory, more mantissa than bfloat16; meant for GPUs. */
  FLOAT16("float16", 5);

  /** From Ampere on, GPUs multiply bfloat16 numbers; tens are the major version. */
  private static final int BFLOAT16_CAPABILITY = 80;

  private final String id;
  private final int scalarType;

  Precision(String id, int scalarType) {
    this.id = id;
    this.scalarType = scalarType;
  }

  /** Returns the name as configuration and records have it, such as {@code float32}. */
  public String id() {
    return id;
  }

  /**
   * Returns the precision of the given name.
   *
   * @throws IllegalArgumentException if there is none of that name; the message lists them
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
   * Returns the format that a model on this machine computes in.
   *
   * @param device as {@link TorchRuntime#resolve} returns it
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

  /** PyTorch's number for this scalar type (c10/core/ScalarType.h). */
  int scalarType() {
    return scalarType;
  }
}
