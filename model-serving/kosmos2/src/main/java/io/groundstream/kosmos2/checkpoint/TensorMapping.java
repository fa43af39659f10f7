package io.groundstream.kosmos2.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Maps the bytes of tensors into memory, one mapping per tensor, since a mapping is limited to 2
 * GiB.
 */
final class TensorMapping {
  private TensorMapping() {}

  static ByteBuffer map(Path file, long offset, long byteCount) throws CheckpointException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() < offset + byteCount) {
        throw new CheckpointException(
            "%s: %d bytes (expected: at least %d, as when it was opened)"
                .formatted(file, channel.size(), offset + byteCount));
      }
      return channel
          .map(FileChannel.MapMode.READ_ONLY, offset, byteCount)
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException e) {
      throw new CheckpointException("%s: cannot be mapped: %s".formatted(file, e), e);
    }
  }
}
