package io.groundstream.kosmos2.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/**
 * Reads the elements of one tensor piece by piece. Unlike a {@link Checkpoint#map mapping}, which
 * counts as memory of the process until the garbage collector finds it, a piece takes no more
 * memory than the caller's buffer. Not thread-safe.
 */
public final class TensorReader implements AutoCloseable {
  private final TensorInfo tensor;
  private final FileChannel channel;
  private long position;

  private TensorReader(TensorInfo tensor, FileChannel channel) {
    this.tensor = tensor;
    this.channel = channel;
  }

  static TensorReader open(TensorInfo tensor) throws CheckpointException {
    try {
      return new TensorReader(tensor, FileChannel.open(tensor.file(), StandardOpenOption.READ));
    } catch (IOException e) {
      throw unreadable(tensor, e);
    }
  }

  /** Returns the number of bytes that have not been read yet. */
  public long remaining() {
    return tensor.byteCount() - position;
  }

  /**
   * Reads the next bytes, which are little-endian, until the buffer is full or the tensor ends.
   *
   * @throws CheckpointException if the file is shorter than when it was opened, or cannot be read;
   *     also if the thread is interrupted, whose interrupt status is then set
   */
  public void read(ByteBuffer target) throws CheckpointException {
    int limit = target.limit();
    target.limit(target.position() + (int) Math.min(target.remaining(), remaining()));
    try {
      while (target.hasRemaining()) {
        int count = channel.read(target, tensor.offset() + position);
        if (count < 0) {
          throw new CheckpointException(
              "%s: %d bytes (expected: at least %d, as when it was opened)"
                  .formatted(tensor.file(), channel.size(), tensor.offset() + tensor.byteCount()));
        }
        position += count;
      }
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException e) {
      throw unreadable(tensor, e);
    } finally {
      target.limit(limit);
    }
  }

  private static CheckpointException unreadable(TensorInfo tensor, IOException e) {
    return new CheckpointException("%s: cannot be read: %s".formatted(tensor.file(), e), e);
  }

  @Override
  public void close() throws CheckpointException {
    try {
      channel.close();
    } catch (IOException e) {
      throw unreadable(tensor, e);
    }
  }
}
