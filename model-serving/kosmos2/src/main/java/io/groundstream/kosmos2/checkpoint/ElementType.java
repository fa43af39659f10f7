package io.groundstream.kosmos2.checkpoint;

import java.util.Arrays;
import java.util.Optional;
import org.apiguardian.api.API;

/** The element types of weights, named as in safetensors files. Little-endian. */
@API(status = API.Status.INTERNAL)
public enum ElementType {
  /** IEEE 754 single precision. */
  F32(4),
  /** IEEE 754 half precision. */
  F16(2),
  /** The upper half of single precision. */
  BF16(2);

  private final int byteSize;

  ElementType(int byteSize) {
    this.byteSize = byteSize;
  }

  /** Returns the size of one element in bytes. */
  public int byteSize() {
    return byteSize;
  }

  static Optional<ElementType> byName(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }
}
