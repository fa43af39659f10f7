package io.groundstream.operators.uri;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A URI, split as in RFC 3986, parsed leniently from a text that need not be valid, such as people
 * and tools write into tables and hosts into {@code Location}. Beyond the RFC it follows the common
 * behaviour of browsers and curl: surrounding white space and inner line breaks are dropped,
 * characters that are not allowed in a path or query are escaped as UTF-8, and existing escapes are
 * kept. A valid URI stays unchanged, except that its fragment, which is not part of a request, is
 * removed. Immutable.
 *
 * @param scheme the scheme, in lower case
 * @param authority the text between {@code //} and the path, as written; null if there is no {@code
 *     //}
 * @param path the path, with escapes
 * @param query the query, with escapes; null if there is none
 */
public record Uri(String scheme, @Nullable String authority, String path, @Nullable String query) {
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):");

  /** Surrounding control characters and spaces. */
  private static final Pattern AROUND = Pattern.compile("^[\\x00-\\x20]+|[\\x00-\\x20]+$");

  private static final Pattern BREAKS = Pattern.compile("[\\t\\r\\n]");

  /**
   * Parses an absolute URI.
   *
   * @throws UriException if it has no scheme
   */
  public static Uri parse(String text) throws UriException {
    String trimmed = trim(text);
    String scheme = schemeOf(trimmed);
    if (scheme == null) {
      throw new UriException("it has no scheme");
    }
    return split(scheme, trimmed.substring(scheme.length() + 1));
  }

  /** Returns the scheme at the beginning of a text, in lower case, or null if there is none. */
  public static @Nullable String schemeOf(String text) {
    // The text may be a data: URI with a whole image, so only its beginning is examined.
    int begin = 0;
    while (begin < text.length() && text.charAt(begin) <= ' ') {
      begin++;
    }
    Matcher matcher = SCHEME.matcher(text).region(begin, text.length());
    return matcher.lookingAt() ? matcher.group(1).toLowerCase(Locale.ROOT) : null;
  }

  private static String trim(String text) {
    return BREAKS.matcher(AROUND.matcher(text).replaceAll("")).replaceAll("");
  }

  private static Uri split(String scheme, String text) {
    Parts parts = Parts.of(text);
    return new Uri(
        scheme,
        parts.authority(),
        Escapes.path(forward(scheme, parts.path())),
        parts.query() == null ? null : Escapes.query(parts.query()));
  }

  /**
   * Replaces backslashes: they separate folders in web links, as in browsers, but not elsewhere.
   */
  private static String forward(String scheme, String path) {
    return isWeb(scheme) ? path.replace('\\', '/') : path;
  }

  private static boolean isWeb(String scheme) {
    return scheme.equals("http") || scheme.equals("https");
  }

  /**
   * Resolves a reference found at this URI (RFC 3986, section 5.2.2): {@code ?query} alone keeps
   * the path, an empty reference yields this URI, and {@code //host} keeps the scheme.
   *
   * @throws UriException if the reference is invalid
   */
  public Uri resolve(String reference) throws UriException {
    String trimmed = trim(reference);
    if (schemeOf(trimmed) != null) {
      return parse(trimmed);
    }
    Parts parts = Parts.of(forward(trimmed));
    String found = Escapes.path(parts.path());
    String foundQuery = parts.query() == null ? null : Escapes.query(parts.query());
    if (parts.authority() != null) {
      return new Uri(scheme, parts.authority(), found, foundQuery);
    }
    if (found.isEmpty()) {
      return new Uri(scheme, authority, path, foundQuery == null ? query : foundQuery);
    }
    String folder = path.substring(0, path.lastIndexOf('/') + 1);
    String merged = found.startsWith("/") ? found : (folder.isEmpty() ? "/" : folder) + found;
    return new Uri(scheme, authority, DotSegments.remove(merged, true), foundQuery);
  }

  /** Replaces the backslashes before a reference's query, like {@link #forward(String, String)}. */
  private String forward(String reference) {
    int end = Parts.pathEnd(reference, 0);
    return forward(scheme, reference.substring(0, end)) + reference.substring(end);
  }

  /** Returns the target for the first line of a request. */
  public String requestTarget() {
    return (path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
  }

  /** Returns the URI as text, including any secrets in it. */
  @Override
  public String toString() {
    return scheme
        + ":"
        + (authority == null ? "" : "//" + authority)
        + path
        + (query == null ? "" : "?" + query);
  }

  /** The text after the scheme, split at the first of each separator. */
  private record Parts(@Nullable String authority, String path, @Nullable String query) {
    static Parts of(String text) {
      int begin = 0;
      String authority = null;
      if (text.startsWith("//")) {
        begin = 2;
        while (begin < text.length() && "/?#".indexOf(text.charAt(begin)) < 0) {
          begin++;
        }
        authority = text.substring(2, begin);
      }
      int end = pathEnd(text, begin);
      int fragment = text.indexOf('#', begin);
      String query = null;
      if (end < text.length() && text.charAt(end) == '?') {
        query = text.substring(end + 1, fragment < 0 ? text.length() : fragment);
      }
      return new Parts(authority, text.substring(begin, end), query);
    }

    static int pathEnd(String text, int begin) {
      int end = begin;
      while (end < text.length() && "?#".indexOf(text.charAt(end)) < 0) {
        end++;
      }
      return end;
    }
  }
}
