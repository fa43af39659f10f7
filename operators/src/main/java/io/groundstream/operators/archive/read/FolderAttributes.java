package io.groundstream.operators.archive.read;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Derives attributes from folders called {@code key=value}, as Hive and Spark write them. Both
 * percent-encode characters that file systems do not accept.
 */
final class FolderAttributes {
  /** The value that Hive writes for null. */
  private static final String NULL = "__HIVE_DEFAULT_PARTITION__";

  private FolderAttributes() {}

  /** Adds the values of a file's folders; data nearer to the image takes precedence. */
  static void addTo(Attributes attributes, String name) {
    for (Map.Entry<String, String> folder : of(name).entrySet()) {
      attributes.add(folder.getKey(), folder.getValue());
    }
  }

  /**
   * Returns values by key; the innermost folder wins.
   *
   * @param name the name of the file in the archive, with slashes
   */
  static Map<String, String> of(String name) {
    Map<String, String> found = new LinkedHashMap<>();
    int start = 0;
    int slash = name.indexOf('/');
    while (slash >= 0) {
      String folder = name.substring(start, slash);
      int sign = folder.indexOf('=');
      if (sign > 0) {
        String value = decoded(folder.substring(sign + 1));
        if (value.isEmpty() || value.equals(NULL)) {
          found.remove(decoded(folder.substring(0, sign)));
        } else {
          found.put(decoded(folder.substring(0, sign)), value);
        }
      }
      start = slash + 1;
      slash = name.indexOf('/', start);
    }
    return found;
  }

  /** Decodes percent-encoding; invalid escapes stay as they are. */
  private static String decoded(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(in.length);
    for (int i = 0; i < in.length; i++) {
      int high = in[i] == '%' && i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(in[i + 2], 16);
      out.put(low < 0 ? in[i] : (byte) ((high << 4) | low));
      i += low < 0 ? 0 : 2;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(out.flip()).toString();
    } catch (CharacterCodingException e) {
      return text;
    }
  }
}
