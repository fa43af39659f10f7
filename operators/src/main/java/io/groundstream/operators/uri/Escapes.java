package io.groundstream.operators.uri;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Encodes and decodes percent-escapes. Existing escapes are kept unchanged, including their case; a
 * lone {@code %} becomes {@code %25}. Text is never normalised, so that a decomposed name stays
 * decomposed.
 */
public final class Escapes {
  /** The characters that RFC 3986 allows in a path, including the separator. */
  private static final String PATH = "-._~!$&'()*+,;=:@/";

  /** The characters that it allows in a query, and brackets, which all clients send unescaped. */
  private static final String QUERY = PATH + "?[]";

  private static final char[] DIGITS = "0123456789ABCDEF".toCharArray();
  private static final byte[] REPLACEMENT = "\uFFFD".getBytes(StandardCharsets.UTF_8);

  private Escapes() {}

  static String path(String text) {
    return escape(text, PATH, true);
  }

  static String query(String text) {
    return escape(text, QUERY, true);
  }

  /** Returns the path of a URI for a literal file name or path. */
  public static String ofFilePath(String path) {
    return escape(path, PATH, false);
  }

  private static String escape(String text, String allowed, boolean escapesMayBeThere) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int index = 0; index < text.length(); ) {
      int codePoint = text.codePointAt(index);
      boolean kept =
          codePoint == '%'
              ? escapesMayBeThere && isEscape(text, index)
              : isAlphanumeric(codePoint) || (codePoint < 0x80 && allowed.indexOf(codePoint) >= 0);
      if (kept) {
        escaped.append((char) codePoint);
      } else {
        for (byte octet : utf8(codePoint)) {
          appendEscape(escaped, octet);
        }
      }
      index += Character.charCount(codePoint);
    }
    return escaped.toString();
  }

  private static byte[] utf8(int codePoint) {
    // A lone surrogate cannot be encoded; Java would replace it by a question mark.
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE
        ? REPLACEMENT
        : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
  }

  private static void appendEscape(StringBuilder text, byte octet) {
    text.append('%').append(DIGITS[(octet >> 4) & 0xF]).append(DIGITS[octet & 0xF]);
  }

  /**
   * Decodes escapes as UTF-8; everything else, including a lone {@code %}, stays as it is.
   *
   * @throws UriException if the escapes are not UTF-8
   */
  public static String decode(String text) throws UriException {
    if (text.indexOf('%') < 0) {
      return text;
    }
    StringBuilder decoded = new StringBuilder(text.length());
    for (int index = 0; index < text.length(); ) {
      if (!isEscape(text, index)) {
        decoded.append(text.charAt(index++));
        continue;
      }
      // Adjacent escapes may be the bytes of one character.
      ByteArrayOutputStream octets = new ByteArrayOutputStream();
      for (; isEscape(text, index); index += 3) {
        octets.write(Integer.parseInt(text, index + 1, index + 3, 16));
      }
      try {
        decoded.append(
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets.toByteArray())));
      } catch (CharacterCodingException e) {
        throw new UriException("its escapes are not UTF-8");
      }
    }
    return decoded.toString();
  }

  /**
   * Returns the text of a header whose bytes were read as Latin-1: decoded as UTF-8 if valid, which
   * hosts send although the standard forbids it; otherwise with its bytes as escapes.
   */
  public static String ofHeader(String latin1) {
    if (latin1.chars().allMatch(unit -> unit < 0x80) || latin1.chars().anyMatch(u -> u > 0xFF)) {
      return latin1;
    }
    byte[] octets = latin1.getBytes(StandardCharsets.ISO_8859_1);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
    } catch (CharacterCodingException e) {
      StringBuilder escaped = new StringBuilder();
      for (byte octet : octets) {
        if (octet >= 0) {
          escaped.append((char) octet);
        } else {
          appendEscape(escaped, octet);
        }
      }
      return escaped.toString();
    }
  }

  private static boolean isEscape(String text, int index) {
    return index + 2 < text.length()
        && text.charAt(index) == '%'
        && isHexadecimal(text.charAt(index + 1))
        && isHexadecimal(text.charAt(index + 2));
  }

  private static boolean isHexadecimal(char unit) {
    return (unit >= '0' && unit <= '9')
        || (unit >= 'a' && unit <= 'f')
        || (unit >= 'A' && unit <= 'F');
  }

  private static boolean isAlphanumeric(int codePoint) {
    return (codePoint >= '0' && codePoint <= '9')
        || (codePoint >= 'a' && codePoint <= 'z')
        || (codePoint >= 'A' && codePoint <= 'Z');
  }
}
