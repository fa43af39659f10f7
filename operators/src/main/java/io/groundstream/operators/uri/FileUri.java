package io.groundstream.operators.uri;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A URI of a file, whether its path was escaped or written as it is: {@code file:///a%20b.jpg},
 * {@code file:/a b.jpg}, {@code s3://bucket/ü.jpg}. An escape is one; everything else, a lone
 * {@code %} included, stands for itself. Files have neither queries nor fragments. Immutable.
 *
 * @param scheme in lower case
 * @param authority what stands between {@code //} and the path; null where there is no {@code //}
 * @param path as it was written
 */
public record FileUri(String scheme, @Nullable String authority, String path) {
  private static final Pattern FORM =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):(?://([^/]*))?(.*)", Pattern.DOTALL);

  /**
   * Reads a URI.
   *
   * @throws UriException if it has no scheme
   */
  public static FileUri parse(String text) throws UriException {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new UriException("it has no scheme");
    }
    return new FileUri(
        matcher.group(1).toLowerCase(Locale.ROOT), matcher.group(2), matcher.group(3));
  }

  /** Returns the URI of a plain path, which is absolute; {@code .} and {@code ..} are taken out. */
  public static FileUri of(String scheme, @Nullable String authority, String plainPath) {
    return new FileUri(scheme, authority, Escapes.ofFilePath(DotSegments.remove(plainPath, false)));
  }

  /** Returns whether readers may take a part of the path for a query or a fragment. */
  public boolean isAmbiguous() {
    return path.indexOf('?') >= 0 || path.indexOf('#') >= 0;
  }

  /** Returns the path with escapes for all that needs one. */
  public String escapedPath() {
    return Escapes.path(path);
  }

  /**
   * Returns the path without escapes.
   *
   * @throws UriException if they do not stand for text
   */
  public String plainPath() throws UriException {
    return Escapes.decode(path);
  }

  @Override
  public String toString() {
    return scheme + ":" + (authority == null ? "" : "//" + authority) + path;
  }
}
