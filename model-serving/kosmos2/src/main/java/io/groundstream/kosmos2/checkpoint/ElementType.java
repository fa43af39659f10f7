package io.groundstream.kosmos2.checkpoint;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
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

  /**
   * The factor between half precision's exponents and single precision's: 2 to the power of 112.
   */
  private static final float HALF_SCALE = 0x1p112f;

  private final int byteSize;

  ElementType(int byteSize) {
    this.byteSize = byteSize;
  }

  /** Returns the size of one element in bytes. */
  public int byteSize() {
    return byteSize;
  }

  /**
   * Converts all remaining elements to single precision, which holds each of them exactly.
   *
   * @param elements little-endian; its position is not changed
   * @param floats filled from its index 0 on; its position is not changed
   */
  public void toFloats(ByteBuffer elements, FloatBuffer floats) {
    switch (this) {
      case F32 -> floats.put(0, elements.asFloatBuffer(), 0, elements.remaining() / Float.BYTES);
      case F16 -> {
        ShortBuffer halves = elements.asShortBuffer();
        for (int i = 0; i < halves.remaining(); i++) {
          floats.put(i, halfToFloat(halves.get(i)));
        }
      }
      case BF16 -> {
        ShortBuffer halves = elements.asShortBuffer();
        for (int i = 0; i < halves.remaining(); i++) {
          floats.put(i, Float.intBitsToFloat(halves.get(i) << 16));
        }
      }
    }
  }

  private static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int rest = (half & 0x7fff) << 13;
    if (rest >= 0x7c00 << 13) {
      // Infinity or NaN.
      return Float.intBitsToFloat(sign | rest | 0x7f800000);
    }
    float magnitude = Float.intBitsToFloat(rest) * HALF_SCALE;
    return sign == 0 ? magnitude : -magnitude;
  }

  static Optional<ElementType> byName(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }
}
