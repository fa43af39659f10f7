package io.groundstream.operators.fetch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.hc.client5.http.async.methods.AbstractBinResponseConsumer;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/**
 * Reads a response. Keeps the body only if it is the image, and never reads more than allowed,
 * whatever length the response declares. Used by one thread at a time.
 */
final class SizedBody extends AbstractBinResponseConsumer<SizedBody.Response> {
  /** How many bytes may arrive before earlier ones are consumed. */
  private static final int WINDOW = 64 * 1024;

  private static final int FIRST_SIZE = 64 * 1024;
  private static final int MOST_AT_FIRST = 1024 * 1024;

  /**
   * A response's head, and the body of a successful one.
   *
   * @param location where a redirection leads
   * @param retryAfter when to ask again, as the host says it
   * @param range what a status of 206 holds, as the host says it
   * @param codings the codings of the body, in the order of their application
   */
  record Response(
      int status,
      byte[] body,
      @Nullable String location,
      @Nullable String retryAfter,
      @Nullable String range,
      List<String> codings) {

    /** Returns whether the body is the whole image. */
    boolean isWhole() {
      return hasBody(status)
          && (status != HttpStatus.SC_PARTIAL_CONTENT || isWhole(range, body.length));
    }

    private static boolean isWhole(@Nullable String range, int length) {
      return range != null
          && range.strip().matches("(?i)bytes\\s+0-" + (length - 1L) + "/" + length);
    }
  }

  /** Returns whether the body is the image, perhaps transformed by a proxy. */
  private static boolean hasBody(int status) {
    return status == HttpStatus.SC_OK
        || status == HttpStatus.SC_NON_AUTHORITATIVE_INFORMATION
        || status == HttpStatus.SC_PARTIAL_CONTENT;
  }

  /** The body is larger than allowed. */
  static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLargeException(String message) {
      super(message);
    }
  }

  /** The body is larger than its memory, which cannot grow now. */
  static final class OverBudgetException extends IOException {
    private static final long serialVersionUID = 1L;

    private final long bytes;

    OverBudgetException(long bytes) {
      super(bytes + " bytes");
      this.bytes = bytes;
    }

    /** Returns how many bytes suffice. */
    long bytes() {
      return bytes;
    }
  }

  private final int maxBytes;
  private final ByteBudget.Grant memory;
  private int status;
  private @Nullable String location;
  private @Nullable String retryAfter;
  private @Nullable String range;
  private List<String> codings = List.of();
  private byte[] body = new byte[0];
  private int length;

  /**
   * @param maxBytes the largest body that is read
   * @param memory the memory for the body; it grows if it can
   */
  SizedBody(int maxBytes, ByteBudget.Grant memory) {
    this.maxBytes = maxBytes;
    this.memory = memory;
  }

  @Override
  protected void start(HttpResponse response, @Nullable ContentType type) throws IOException {
    status = response.getCode();
    location = value(response, "Location");
    retryAfter = value(response, "Retry-After");
    range = value(response, "Content-Range");
    codings =
        ContentCodings.of(
            Arrays.stream(response.getHeaders("Content-Encoding"))
                .map(header -> String.valueOf(header.getValue()))
                .toList());
    String declared = value(response, "Content-Length");
    if (hasBody(status) && declared != null && declared.matches("\\d{1,18}")) {
      long size = Long.parseLong(declared);
      if (size > maxBytes) {
        throw new TooLargeException(size + " bytes");
      }
      if (size > memory.bytes() && !memory.tryGrow(size)) {
        throw new OverBudgetException(size);
      }
      // Not all of it at once: a declaration costs the host nothing.
      body = new byte[(int) Math.min(size, MOST_AT_FIRST)];
    }
  }

  private static @Nullable String value(HttpResponse response, String name) {
    Header header = response.getFirstHeader(name);
    return header == null ? null : header.getValue();
  }

  @Override
  protected int capacityIncrement() {
    return WINDOW;
  }

  @Override
  protected void data(ByteBuffer source, boolean last) throws IOException {
    int more = source.remaining();
    if (more > maxBytes - length) {
      throw new TooLargeException("more than " + maxBytes + " bytes");
    }
    if (!hasBody(status)) {
      // Read to the end, so that the connection can be used again, and dropped.
      source.position(source.limit());
      length += more;
      return;
    }
    if (length + more > memory.bytes()
        && !memory.tryGrow(Math.min(maxBytes, 2L * (length + more)))) {
      // The length is unknown, so only the maximum is sure to suffice.
      throw new OverBudgetException(maxBytes);
    }
    if (length + more > body.length) {
      int grown = (int) Math.min(maxBytes, Math.max(FIRST_SIZE, 2L * (length + more)));
      body = Arrays.copyOf(body, grown);
    }
    source.get(body, length, more);
    length += more;
  }

  @Override
  protected Response buildResult() {
    byte[] exact =
        !hasBody(status) ? new byte[0] : length == body.length ? body : Arrays.copyOf(body, length);
    return new Response(status, exact, location, retryAfter, range, codings);
  }

  @Override
  public void releaseResources() {
    body = new byte[0];
  }
}
