package io.groundstream.operators.output;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Stays open when its writer closes it: Flink closes a file when it is to be committed. */
final class OpenStream extends FilterOutputStream {
  private long position;

  OpenStream(OutputStream out) {
    super(out);
  }

  /** Returns how many bytes were written. */
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
    // The superclass would write each byte by itself.
    out.write(bytes, offset, length);
    position += length;
  }

  @Override
  public void close() throws IOException {
    out.flush();
  }
}
