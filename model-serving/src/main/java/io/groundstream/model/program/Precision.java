package io.groundstream.model.program;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The number format of weights, activations and cache. Logits are always judged in float32. */
public enum Precision {
  /** The reference's own; token for token the same answers. */
  FLOAT32("float32", 6),
  /** Half the memory, the exponent range of float32. */
  BFLOAT16("bfloat16", 15),
  /** Half the memory, more mantissa than bfloat16; meant for GPUs. */
  FLOAT16("float16", 5);

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

  /** PyTorch's number for this scalar type (c10/core/ScalarType.h). */
  int scalarType() {
    return scalarType;
  }
}
