package io.groundstream.operators.uri;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A URI, split as RFC 3986 splits it, from a text that need not be one: what people and tools write
 * into tables, and hosts into {@code Location}. Where those rules leave room it follows what
 * browsers and curl share: white space around it and line breaks in it are dropped, what may not
 * stand in a path or query is escaped as UTF-8, and escapes that are there stay as they are. What
 * is a valid URI already is not changed by a character, but for its fragment, which is no part of a
 * request. Immutable.
 *
 * @param scheme in lower case
 * @param authority what stands between {@code //} and the path, as it was written; null where there
 *     is no {@code //}
 * @param path with escapes
 * @param query with escapes; null if there is none
 */
public record Uri(String scheme, @Nullable String authority, String path, @Nullable String query) {
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):");

  /** Control characters, and space. */
  private static final Pattern AROUND = Pattern.compile("^[\\x00-\\x20]+|[\\x00-\\x20]+$");

  private static final Pattern BREAKS = Pattern.compile("[\\t\\r\\n]");

  /**
   * Reads an absolute URI.
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

  /** Returns the scheme that a text begins with, in lower case, or null. */
  public static @Nullable String schemeOf(String text) {
    // The text may be a whole picture, so only its beginning is looked at.
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

  /** A backslash separates folders in links, as in browsers, and nothing elsewhere. */
  private static String forward(String scheme, String path) {
    return isWeb(scheme) ? path.replace('\\', '/') : path;
  }

  private static boolean isWeb(String scheme) {
    return scheme.equals("http") || scheme.equals("https");
  }

  /**
   * Returns where a reference leads that was found at this URI (RFC 3986, section 5.2.2): {@code
   * ?query} alone keeps the path, an empty one leads here, and {@code //host} keeps the scheme.
   *
   * @throws UriException if it leads nowhere
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

  /** Backslashes before a reference's query, as {@link #forward(String, String)} has them. */
  private String forward(String reference) {
    int end = Parts.pathEnd(reference, 0);
    return forward(scheme, reference.substring(0, end)) + reference.substring(end);
  }

  /** Returns what a request's first line names. */
  public String requestTarget() {
    return (path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
  }

  /** Returns the URI as a text, with whatever secret is in it. */
  @Override
  public String toString() {
    return scheme
        + ":"
        + (authority == null ? "" : "//" + authority)
        + path
        + (query == null ? "" : "?" + query);
  }

  /** What follows a scheme, cut at the first of each separator. */
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
