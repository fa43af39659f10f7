package io.groundstream.jobs.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Standard output that remembers its failure: print streams and writers swallow failures, but a
 * script must not take a part of the records for all of them. For one thread at a time.
 */
public final class StandardOutput extends OutputStream {
  private final OutputStream target;
  private @Nullable IOException failure;

  StandardOutput(OutputStream target) {
    this.target = target;
  }

  /**
   * Returns why not everything was written, or null if everything was. A reader such as head that
   * closes the pipe early is not a failure.
   */
  @Nullable IOException failure() {
    IOException known = failure;
    boolean readerIsGone =
        known != null
            && String.valueOf(known.getMessage()).toLowerCase(Locale.ROOT).contains("broken pipe");
    return readerIsGone ? null : known;
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      target.write(bytes, offset, length);
    } catch (IOException e) {
      if (failure == null) {
        failure = e;
      }
      throw e;
    }
  }

  @Override
  public void flush() throws IOException {
    target.flush();
  }
}
