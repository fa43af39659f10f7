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
 * Undoes what {@code Content-Encoding} names: hosts compress although no request asks for it. Each
 * step bounds its result, so that a bomb costs no more than a large image.
 */
final class ContentCodings {
  /**
   * Codings that leave a body as it is; S3's clients upload with the second, and objects keep it.
   */
  private static final Set<String> NONE = Set.of("identity", "aws-chunked", "none", "");

  /** Real responses have at most two. */
  private static final int MOST = 4;

  /** The windows that HTTP allows for Zstandard (RFC 9659): 8 MB. */
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

    /** Returns whether retries are useless. */
    boolean isUnknown() {
      return unknown;
    }
  }

  private ContentCodings() {}

  /** Returns the codings of a body, in the order of their application, from the header's values. */
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
   * Undoes the codings, the last one first. A body whose codings cannot be undone stays as it is if
   * it is an image: not every host that names a coding has applied it.
   *
   * @param codings at least one
   * @param maxBytes the largest result, of every step
   * @param memory the memory for the body and the result; it grows if it can
   * @throws SizedBody.TooLargeException if a result is larger
   * @throws SizedBody.OverBudgetException if the memory cannot grow now
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

  /** Returns whether a body has zlib's header, as it should; some hosts send the bare data. */
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

  /** Ends its inflater, which the JDK's stream does only for an inflater of its own. */
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
