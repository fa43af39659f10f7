package io.groundstream.operators.fetch;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.core.fs.BlockLocation;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;
import org.apache.flink.core.fs.Path;

/**
 * A file system that Flink finds like any other, under the scheme {@code slow}. On the authority
 * {@code hangs} nothing can be opened before {@link #release}, and interrupts change nothing; on
 * others a file holds its path, or so many bytes as its name says.
 */
public final class SlowFileSystem extends FileSystem {
  private static volatile CountDownLatch held = new CountDownLatch(1);

  /** The number of files that callers wait for. */
  static final AtomicInteger WAITING = new AtomicInteger();

  private final URI uri;

  private SlowFileSystem(URI uri) {
    this.uri = uri;
  }

  /** How Flink comes to it. */
  public static final class Factory implements FileSystemFactory {
    @Override
    public String getScheme() {
      return "slow";
    }

    @Override
    public FileSystem create(URI uri) {
      return new SlowFileSystem(uri);
    }
  }

  /** From now on what is opened waits. */
  public static void hold() {
    held = new CountDownLatch(1);
  }

  /** Lets everybody go on who waits, and who comes. */
  public static void release() {
    held.countDown();
  }

  @Override
  public FSDataInputStream open(Path path) throws IOException {
    if (uri.getAuthority().equals("hangs")) {
      awaitRelease();
    }
    String name = path.getName();
    if (name.equals("missing")) {
      throw new FileNotFoundException(name);
    }
    return new Bytes(
        name.matches("\\d+")
            ? new byte[Integer.parseInt(name)]
            : path.getPath().getBytes(StandardCharsets.UTF_8));
  }

  private static void awaitRelease() {
    WAITING.incrementAndGet();
    boolean interrupted = false;
    while (true) {
      try {
        held.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    WAITING.decrementAndGet();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class Bytes extends FSDataInputStream {
    private final ByteArrayInputStream bytes;

    Bytes(byte[] content) {
      this.bytes = new ByteArrayInputStream(content);
    }

    @Override
    public int read() {
      return bytes.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      return bytes.read(target, offset, length);
    }

    @Override
    public void seek(long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long getPos() {
      throw new UnsupportedOperationException();
    }
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    return open(path);
  }

  @Override
  public URI getUri() {
    return uri;
  }

  @Override
  public Path getWorkingDirectory() {
    return new Path(uri);
  }

  @Override
  public Path getHomeDirectory() {
    return new Path(uri);
  }

  @Override
  public boolean isDistributedFS() {
    return true;
  }

  @Override
  public FileStatus getFileStatus(Path path) {
    throw new UnsupportedOperationException();
  }

  @Override
  public BlockLocation[] getFileBlockLocations(FileStatus file, long start, long length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileStatus[] listStatus(Path path) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean delete(Path path, boolean recursive) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean mkdirs(Path path) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FSDataOutputStream create(Path path, WriteMode mode) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean rename(Path from, Path to) {
    throw new UnsupportedOperationException();
  }
}
