package io.groundstream.kosmos2.checkpoint;

import java.nio.file.Path;
import java.util.Arrays;

/**
 * The location of one tensor. Its elements are contiguous, row-major and little-endian.
 *
 * @param name the canonical name in the network
 * @param type the type of its elements in the file
 * @param shape its dimensions, outermost first
 * @param file the file that holds it
 * @param offset the position of its first byte in the file, of any alignment
 * @param byteCount its size in bytes, at most 2 GiB − 1 so that it fits into one buffer
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by value
public record TensorInfo(
    String name, ElementType type, long[] shape, Path file, long offset, long byteCount) {

  public TensorInfo {
    shape = shape.clone();
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorInfo that
        && name.equals(that.name)
        && type == that.type
        && Arrays.equals(shape, that.shape)
        && file.equals(that.file)
        && offset == that.offset
        && byteCount == that.byteCount;
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Long.hashCode(offset);
  }

  @Override
  public String toString() {
    return "%s: %s %s at byte %d of %s".formatted(name, type, Arrays.toString(shape), offset, file);
  }
}
