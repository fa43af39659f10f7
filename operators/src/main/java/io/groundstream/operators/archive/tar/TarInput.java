package io.groundstream.operators.archive.tar;

import io.groundstream.operators.archive.compress.CompressionException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/**
 * A buffered stream that tracks its position and seeks over unwanted content. For one thread at a
 * time.
 */
public final class TarInput implements Closeable {
  /** Moves a stream forward without reading it. */
  @FunctionalInterface
  public interface Seek {
    void to(long position) throws IOException;
  }

  /** Large enough for an object store, small enough for a reader of single files. */
  private static final int BUFFER_BYTES = 128 * 1024;

  /**
   * The minimum distance of a seek; reading less is faster than seeking, especially over a network.
   */
  private static final int LEAP_BYTES = 1 << 20;

  private final InputStream in;
  private final Seek seek;
  private final boolean seeks;
  private final long length;
  private final byte[] buffer = new byte[BUFFER_BYTES];

  /** The position in the stream of the first byte that is not in the buffer. */
  private long streamPosition;

  private int next;
  private int limit;

  private TarInput(InputStream in, Seek seek, boolean seeks, long position, long length) {
    this.in = in;
    this.seek = seek;
    this.seeks = seeks;
    this.streamPosition = position;
    this.length = length;
  }

  /**
   * Returns the input of a file.
   *
   * @param position the stream's current offset
   * @param length the file's length
   */
  public static TarInput seekable(InputStream in, Seek seek, long position, long length) {
    return new TarInput(in, seek, true, position, length);
  }

  /**
   * Returns the input of a decompressed stream. It only reads forward; damage throws a {@link
   * CompressionException} where it is reached, and a truncated stream just ends.
   */
  public static TarInput decompressed(InputStream in) {
    return new TarInput(
        in,
        position -> {
          throw new IllegalStateException("seeking is not supported");
        },
        false,
        0,
        Long.MAX_VALUE / 2);
  }

  /** Returns the position of the next byte. */
  public long position() {
    return streamPosition - (limit - next);
  }

  /** Returns the maximum number of bytes until the end. */
  public long remaining() {
    return length - position();
  }

  /**
   * Reads a number of bytes.
   *
   * @return their number, less than {@code count} only at the end
   */
  public int read(byte[] target, int offset, int count) throws IOException {
    int done = Math.min(count, limit - next);
    System.arraycopy(buffer, next, target, offset, done);
    next += done;
    while (done < count) {
      int missing = count - done;
      int got;
      if (seeks && missing >= BUFFER_BYTES) {
        got = in.read(target, offset + done, missing);
        if (got > 0) {
          streamPosition += got;
        }
      } else {
        got = fill();
        if (got > 0) {
          got = Math.min(got, missing);
          System.arraycopy(buffer, 0, target, offset + done, got);
          next = got;
        }
      }
      if (got <= 0) {
        return done;
      }
      done += got;
    }
    return done;
  }

  /**
   * Skips a number of bytes.
   *
   * @return their number, less than {@code count} only at the end
   */
  public long skip(long count) throws IOException {
    long done = Math.min(count, limit - next);
    next += (int) done;
    if (seeks && count - done >= LEAP_BYTES) {
      long target = Math.min(streamPosition + (count - done), length);
      seek.to(target);
      done += target - streamPosition;
      streamPosition = target;
      return done;
    }
    while (done < count) {
      int got = fill();
      if (got <= 0) {
        return done;
      }
      next = (int) Math.min(got, count - done);
      done += next;
    }
    return done;
  }

  private int fill() throws IOException {
    next = 0;
    limit = 0;
    int got;
    try {
      got = in.read(buffer, 0, BUFFER_BYTES);
    } catch (CompressionException e) {
      if (!e.truncated()) {
        throw e;
      }
      got = -1;
    }
    if (got > 0) {
      limit = got;
      streamPosition += got;
    }
    return got;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
