package io.groundstream.operators.output;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A stream that ignores {@code close}, because Flink itself closes a file before it commits it. */
final class OpenStream extends FilterOutputStream {
  private long position;

  OpenStream(OutputStream out) {
    super(out);
  }

  /** Returns the number of bytes written. */
  long position() {
    return position;
  }

  @Override
  public void write(int octet) throws IOException {
    out.write(octet);
    position++;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    // The superclass would write byte by byte.
    out.write(bytes, offset, length);
    position += length;
  }

  @Override
  public void close() throws IOException {
    out.flush();
  }
}
