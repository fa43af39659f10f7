package io.groundstream.operators.fetch;

import com.github.luben.zstd.ZstdInputStream;
import io.groundstream.images.MediaTypes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.brotli.dec.BrotliInputStream;

/**
 * Undoes what {@code Content-Encoding} names: hosts compress although no request asks for it. What
 * comes out is bounded at every step, so that a bomb costs no more than a large picture.
 */
final class ContentCodings {
  /** What leaves a body as it is; the second one is how S3's clients upload, and stays behind. */
  private static final Set<String> NONE = Set.of("identity", "aws-chunked", "none", "");

  /** Nothing real has more than two. */
  private static final int MOST = 4;

  /** What HTTP allows of Zstandard (RFC 9659): windows of 8 MB. */
  private static final int ZSTD_WINDOW_LOG = 23;

  private static final int FIRST_SIZE = 64 * 1024;

  /**
   * A body is not what its codings say, or they are unknown. The message says what was expected.
   */
  static final class CodingException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean unknown;

    CodingException(String message, boolean unknown) {
      super(message);
      this.unknown = unknown;
    }

    /** Returns whether asking again cannot help. */
    boolean isUnknown() {
      return unknown;
    }
  }

  private ContentCodings() {}

  /** Returns what has been done to a body, first things first, from the header's values. */
  static List<String> of(List<String> values) {
    List<String> codings = new ArrayList<>();
    for (String value : values) {
      for (String part : value.split(",", -1)) {
        String coding = part.strip().toLowerCase(Locale.ROOT);
        if (!NONE.contains(coding)) {
          codings.add(coding);
        }
      }
    }
    return List.copyOf(codings);
  }

  /**
   * Undoes the codings, the last one first. A body that is a picture as it is stays so where its
   * codings cannot be undone: not every host that names one has applied it.
   *
   * @param codings at least one
   * @param maxBytes the largest result, of every step
   * @param memory what is set aside for the body and the result; it grows where it can
   * @throws SizedBody.TooLargeException if a result is larger
   * @throws SizedBody.OverBudgetException if there is no more memory just now
   * @throws CodingException if the body is not what the codings say
   */
  static byte[] decode(byte[] body, List<String> codings, int maxBytes, ByteBudget.Grant memory)
      throws IOException {
    try {
      if (codings.size() > MOST) {
        throw new CodingException(
            codings.size() + " codings (expected: at most " + MOST + ")", true);
      }
      byte[] decoded = body;
      List<String> lastFirst = new ArrayList<>(codings);
      Collections.reverse(lastFirst);
      for (String coding : lastFirst) {
        decoded = undo(coding, decoded, maxBytes, memory);
      }
      return decoded;
    } catch (CodingException e) {
      if (MediaTypes.isImage(body)) {
        return body;
      }
      throw e;
    }
  }

  private static byte[] undo(String coding, byte[] body, int maxBytes, ByteBudget.Grant memory)
      throws IOException {
    try (InputStream in = stream(coding, body)) {
      return read(in, body.length, maxBytes, memory);
    } catch (CodingException | SizedBody.TooLargeException | SizedBody.OverBudgetException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new CodingException("a body that is not " + coding + ", as it says", false);
    }
  }

  private static InputStream stream(String coding, byte[] body) throws IOException {
    InputStream in = new ByteArrayInputStream(body);
    return switch (coding) {
      case "gzip", "x-gzip" -> new GZIPInputStream(in, FIRST_SIZE);
      case "deflate" -> isZlib(body) ? new InflaterInputStream(in) : new RawInflaterStream(in);
      case "br" -> new BrotliInputStream(in);
      case "zstd" -> {
        ZstdInputStream zstd = new ZstdInputStream(in);
        zstd.setLongMax(ZSTD_WINDOW_LOG);
        yield zstd;
      }
      default ->
          throw new CodingException(
              "Content-Encoding "
                  + (coding.matches("[a-z0-9-]{1,20}") ? coding : "…")
                  + " (expected: none, gzip, deflate, br or zstd)",
              true);
    };
  }

  /** Whether it has zlib's header, as it should; some hosts send the bare data. */
  private static boolean isZlib(byte[] body) {
    return body.length >= 2
        && (body[0] & 0x0F) == 8
        && (((body[0] & 0xFF) << 8) | (body[1] & 0xFF)) % 31 == 0;
  }

  private static byte[] read(InputStream in, int held, int maxBytes, ByteBudget.Grant memory)
      throws IOException {
    byte[] decoded = new byte[Math.min(FIRST_SIZE, maxBytes)];
    int length = 0;
    while (true) {
      int count = in.read(decoded, length, decoded.length - length);
      if (count < 0) {
        return Arrays.copyOf(decoded, length);
      }
      length += count;
      if (length < decoded.length) {
        continue;
      }
      if (length == maxBytes) {
        if (in.read() < 0) {
          return decoded;
        }
        throw new SizedBody.TooLargeException("more than " + maxBytes + " bytes");
      }
      int size = (int) Math.min(maxBytes, 2L * decoded.length);
      if ((long) held + size > memory.bytes() && !memory.tryGrow((long) held + size)) {
        throw new SizedBody.OverBudgetException((long) held + maxBytes);
      }
      decoded = Arrays.copyOf(decoded, size);
    }
  }

  /** Gives its inflater back, which the JDK's stream does only for one of its own. */
  private static final class RawInflaterStream extends InflaterInputStream {
    RawInflaterStream(InputStream in) {
      super(in, new Inflater(true), FIRST_SIZE);
    }

    @Override
    public void close() throws IOException {
      super.close();
      inf.end();
    }
  }
}
