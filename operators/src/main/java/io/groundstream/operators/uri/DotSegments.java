package io.groundstream.operators.uri;

import java.util.ArrayList;
import java.util.List;

/** Removes {@code .} and {@code ..} from paths (RFC 3986, section 5.2.4). */
final class DotSegments {
  private DotSegments() {}

  /**
   * Returns the path without dot segments.
   *
   * @param path the path, which begins with a slash
   * @param escaped whether {@code %2e} counts as a dot, too, as in browsers
   */
  static String remove(String path, boolean escaped) {
    List<String> kept = new ArrayList<>();
    String[] segments = path.substring(1).split("/", -1);
    for (int index = 0; index < segments.length; index++) {
      String segment = escaped ? segments[index].replaceAll("(?i)%2e", ".") : segments[index];
      boolean last = index == segments.length - 1;
      if (segment.equals("..")) {
        if (!kept.isEmpty()) {
          kept.remove(kept.size() - 1);
        }
      } else if (!segment.equals(".")) {
        kept.add(segments[index]);
        continue;
      }
      if (last) {
        // A final dot segment denotes a folder.
        kept.add("");
      }
    }
    return "/" + String.join("/", kept);
  }
}
