package io.groundstream.operators.archive.tar;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Looks at the compression's header only when somebody reads. */
final class LazyGzipStream extends InputStream {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final InputStream compressed;
  private @Nullable GZIPInputStream in;

  LazyGzipStream(InputStream compressed) {
    this.compressed = compressed;
  }

  private GZIPInputStream in() throws IOException {
    GZIPInputStream open = in;
    if (open == null) {
      open = new GZIPInputStream(compressed, BUFFER_BYTES);
      in = open;
    }
    return open;
  }

  @Override
  public int read() throws IOException {
    return in().read();
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    return in().read(target, offset, length);
  }

  @Override
  public void close() throws IOException {
    if (in != null) {
      in.close();
    }
    compressed.close();
  }
}
