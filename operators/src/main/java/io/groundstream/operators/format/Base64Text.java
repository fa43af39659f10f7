package io.groundstream.operators.format;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Decodes base64 as programs write it: in either alphabet, in lines, with or without padding. */
final class Base64Text {
  private Base64Text() {}

  /** Returns the bytes, or null if the text is not base64 or holds nothing. */
  static byte @Nullable [] decode(String text) {
    byte[] bytes = strict(text);
    if (bytes == null) {
      bytes = strict(plain(text));
    }
    return bytes == null || bytes.length == 0 ? null : bytes;
  }

  private static byte @Nullable [] strict(String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Returns the text in the usual alphabet without line breaks. */
  private static String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int index = 0; index < text.length(); index++) {
      char unit = text.charAt(index);
      if (unit == '-') {
        plain.append('+');
      } else if (unit == '_') {
        plain.append('/');
      } else if (unit != '\n' && unit != '\r' && unit != ' ' && unit != '\t') {
        plain.append(unit);
      }
    }
    return plain.toString();
  }
}
