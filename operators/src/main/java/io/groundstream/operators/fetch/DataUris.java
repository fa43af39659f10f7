package io.groundstream.operators.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.groundstream.model.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import java.util.Base64;
import java.util.Locale;

/**
 * Takes a picture out of a {@code data:} URI in base64 (RFC 2397). Whatever type the URI claims,
 * the bytes decide. Thread-safe.
 */
final class DataUris {
  private static final String BASE64 = ";base64";

  private final int maxBytes;

  DataUris(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  byte[] decode(String uri) throws GroundingException {
    int comma = uri.indexOf(',');
    if (comma < 0 || !uri.substring(0, comma).toLowerCase(Locale.ROOT).endsWith(BASE64)) {
      throw invalid(uri, "it has no ;base64, before its data");
    }
    String text = uri.substring(comma + 1).replace("%2B", "+").replace("%2b", "+");
    text = text.replace("%2F", "/").replace("%2f", "/").replace("%3D", "=").replace("%3d", "=");
    try {
      byte[] bytes = Base64.getDecoder().decode(text.getBytes(ISO_8859_1));
      if (bytes.length == 0) {
        throw invalid(uri, "it holds nothing");
      }
      if (bytes.length > maxBytes) {
        throw new GroundingException(
            OperatorErrorCode.FETCH_TOO_LARGE,
            "image_uri: "
                + ShownUri.of(uri)
                + " holds "
                + bytes.length
                + " bytes (expected: at most "
                + maxBytes
                + ", model.max-image-bytes)");
      }
      return bytes;
    } catch (IllegalArgumentException e) {
      throw invalid(uri, "its data is not base64");
    }
  }

  private static GroundingException invalid(String uri, String reason) {
    return new GroundingException(
        OperatorErrorCode.URI_INVALID,
        "image_uri: " + ShownUri.of(uri) + " (expected: data:image/jpeg;base64,…): " + reason);
  }
}
