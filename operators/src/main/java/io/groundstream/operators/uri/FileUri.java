package io.groundstream.operators.uri;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A URI of a file, whose path may be escaped or literal: {@code file:///a%20b.jpg}, {@code file:/a
 * b.jpg}, {@code s3://bucket/ü.jpg}. Escapes are decoded; everything else, including a lone {@code
 * %}, is literal. Files have neither queries nor fragments. Immutable.
 *
 * @param scheme the scheme, in lower case
 * @param authority the text between {@code //} and the path; null if there is no {@code //}
 * @param path the path as written
 */
public record FileUri(String scheme, @Nullable String authority, String path) {
  private static final Pattern FORM =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):(?://([^/]*))?(.*)", Pattern.DOTALL);

  /**
   * Parses a URI.
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

  /** Returns the URI of an absolute literal path, without {@code .} and {@code ..} segments. */
  public static FileUri of(String scheme, @Nullable String authority, String plainPath) {
    return new FileUri(scheme, authority, Escapes.ofFilePath(DotSegments.remove(plainPath, false)));
  }

  /** Returns whether another reader could take a part of the path for a query or a fragment. */
  public boolean isAmbiguous() {
    return path.indexOf('?') >= 0 || path.indexOf('#') >= 0;
  }

  /** Returns the path, escaped where necessary. */
  public String escapedPath() {
    return Escapes.path(path);
  }

  /**
   * Returns the path without escapes.
   *
   * @throws UriException if the escapes are not UTF-8
   */
  public String plainPath() throws UriException {
    return Escapes.decode(path);
  }

  @Override
  public String toString() {
    return scheme + ":" + (authority == null ? "" : "//" + authority) + path;
  }
}
