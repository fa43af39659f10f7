package io.groundstream.operators.fetch;

import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Extracts the image from a {@code data:} URI in base64 (RFC 2397), as leniently as browsers do:
 * with line breaks and spaces, in either alphabet, escaped, with or without padding. The type that
 * the URI claims is ignored. Thread-safe.
 */
final class DataUris {
  private static final Pattern BASE64 = Pattern.compile("(?i).*;\\s*base64\\s*", Pattern.DOTALL);

  /** Far longer than any media type, and short enough to be searched at no cost. */
  private static final int LONGEST_HEAD = 1024;

  private final int maxBytes;

  DataUris(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  byte[] decode(String uri) throws GroundingException {
    int comma = uri.indexOf(',');
    if (comma < 0
        || comma > LONGEST_HEAD
        || !BASE64.matcher(uri.substring(0, comma).replaceAll("(?i)%3b", ";")).matches()) {
      throw invalid(uri, "it has no ;base64, before its data");
    }
    // Before the copy: four characters stand for three bytes, and an escape for one character.
    byte[] digits = new byte[uri.length() - comma - 1];
    int count = digits(uri, comma + 1, digits);
    long size = count * 3L / 4;
    if (size > maxBytes) {
      throw new GroundingException(
          OperatorErrorCode.FETCH_TOO_LARGE,
          "image_uri: "
              + ShownUri.of(uri)
              + " holds "
              + size
              + " bytes (expected: at most "
              + maxBytes
              + ", model.max-image-bytes)");
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(Arrays.copyOf(digits, count));
    } catch (IllegalArgumentException e) {
      throw invalid(uri, "its data is not base64");
    }
    if (bytes.length == 0) {
      throw invalid(uri, "it holds nothing");
    }
    return bytes;
  }

  /** Gathers the digits of the usual alphabet without padding, and returns how many there are. */
  private static int digits(String uri, int begin, byte[] digits) throws GroundingException {
    int count = 0;
    int padding = 0;
    for (int index = begin; index < uri.length(); index++) {
      char unit = uri.charAt(index);
      if (unit == '#') {
        // The fragment.
        break;
      }
      if (unit == '%') {
        unit = unescaped(uri, index);
        index += 2;
      }
      if (unit == ' ' || (unit >= '\t' && unit <= '\r')) {
        continue;
      }
      if (unit == '=') {
        padding++;
        continue;
      }
      if (padding > 0 || unit >= 0x80) {
        throw invalid(uri, "its data is not base64");
      }
      digits[count++] = (byte) (unit == '-' ? '+' : unit == '_' ? '/' : unit);
    }
    if (padding > 2) {
      throw invalid(uri, "its data is not base64");
    }
    return count;
  }

  private static char unescaped(String uri, int index) throws GroundingException {
    if (index + 2 < uri.length()) {
      int high = Character.digit(uri.charAt(index + 1), 16);
      int low = Character.digit(uri.charAt(index + 2), 16);
      if (high >= 0 && low >= 0) {
        return (char) (high * 16 + low);
      }
    }
    throw invalid(uri, "its data is not base64");
  }

  private static GroundingException invalid(String uri, String reason) {
    return new GroundingException(
        OperatorErrorCode.URI_INVALID,
        "image_uri: " + ShownUri.of(uri) + " (expected: data:image/jpeg;base64,…): " + reason);
  }
}
