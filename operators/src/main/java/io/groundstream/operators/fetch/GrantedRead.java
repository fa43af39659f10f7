package io.groundstream.operators.fetch;

import io.groundstream.kosmos2.GroundingException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Reads a stream to its end, within the memory that is granted for it. */
final class GrantedRead {
  private static final int FIRST_SIZE = 64 * 1024;

  private GrantedRead() {}

  /**
   * Reads all bytes.
   *
   * @param uri for messages
   * @param maxBytes the maximum number of bytes
   * @param memory the memory for the bytes; it grows if it can
   * @throws SizedBody.OverBudgetException if the memory cannot grow now
   * @throws GroundingException if there are too many bytes
   */
  static byte[] read(InputStream in, String uri, long maxBytes, ByteBudget.Grant memory)
      throws IOException, GroundingException {
    byte[] bytes = new byte[0];
    int length = 0;
    while (true) {
      long size = Math.min(maxBytes + 1, Math.max(FIRST_SIZE, 2L * bytes.length));
      if (size > memory.bytes() && !memory.tryGrow(size)) {
        // The length is unknown, so only the maximum is sure to suffice.
        throw new SizedBody.OverBudgetException(maxBytes + 1);
      }
      bytes = Arrays.copyOf(bytes, (int) Math.min(size, Integer.MAX_VALUE - 8));
      length += in.readNBytes(bytes, length, bytes.length - length);
      if (length > maxBytes) {
        throw FileFetcher.tooLarge(uri, maxBytes);
      }
      if (length < bytes.length) {
        return Arrays.copyOf(bytes, length);
      }
    }
  }
}
