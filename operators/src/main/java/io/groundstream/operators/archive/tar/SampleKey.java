package io.groundstream.operators.archive.tar;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the name of an entry says in the WebDataset convention: everything before the first dot of
 * the last component, with its folders, is the key of the sample; what is after it says what the
 * entry is to the sample.
 *
 * @param key with folders; its last component may be empty, and then there is no key
 * @param suffix in lower case, without the dot
 */
public record SampleKey(String key, String suffix) {
  /** Returns the key in a name, or null if the name has no suffix. */
  public static @Nullable SampleKey of(String name) {
    String path = name;
    while (path.startsWith("./")) {
      path = path.substring(2);
    }
    int dot = path.indexOf('.', path.lastIndexOf('/') + 1);
    if (dot < 0 || dot == path.length() - 1) {
      return null;
    }
    return new SampleKey(path.substring(0, dot), path.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  /** Returns whether there is no key before the suffix. */
  public boolean isMissing() {
    return key.isEmpty() || key.endsWith("/");
  }
}
