package io.groundstream.operators.archive.parquet;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Adapts a file of Flink's file systems to Parquet. Remembers failures of the file system, so that
 * they can be distinguished from faults in the file. For one thread.
 */
final class ParquetInput implements InputFile {
  private final FSDataInputStream in;
  private final String name;
  private final long length;
  private @Nullable IOException failure;

  ParquetInput(FSDataInputStream in, String name, long length) {
    this.in = in;
    this.name = name;
    this.length = length;
  }

  /** Throws the failure of the file system, if there was one. */
  void throwIfFailed() throws IOException {
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public long getLength() {
    return length;
  }

  @Override
  public SeekableInputStream newStream() {
    return new DelegatingSeekableInputStream(new Noting()) {
      @Override
      public long getPos() throws IOException {
        return in.getPos();
      }

      @Override
      public void seek(long position) throws IOException {
        if (position < 0 || position > length) {
          throw new EOFException("offset: " + position + " (expected: 0 to " + length + ")");
        }
        try {
          in.seek(position);
        } catch (IOException e) {
          throw noted(e);
        }
      }
    };
  }

  private IOException noted(IOException e) {
    failure = e;
    return e;
  }

  @Override
  public String toString() {
    return name;
  }

  /** Reads the file, and remembers failures of the file system. */
  private final class Noting extends InputStream {
    @Override
    public int read() throws IOException {
      try {
        return in.read();
      } catch (IOException e) {
        throw noted(e);
      }
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
      try {
        return in.read(target, offset, count);
      } catch (IOException e) {
        throw noted(e);
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
