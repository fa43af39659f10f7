package io.groundstream.operators.fetch;

import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.uri.Escapes;
import io.groundstream.operators.uri.Uri;
import io.groundstream.operators.uri.UriException;
import io.groundstream.operators.uri.UriHost;

/**
 * An {@code http} or {@code https} URI that may be followed, as far as its text can tell; the
 * addresses of its host are another matter.
 *
 * @param host as {@link UriHost} writes it; an IPv6 address without brackets
 */
record Link(Uri uri, String host, int port, boolean encrypted) {
  private static final String PLAIN = "http";
  private static final String ENCRYPTED = "https";
  private static final int PLAIN_PORT = 80;
  private static final int ENCRYPTED_PORT = 443;
  private static final int MAX_LENGTH = 8192;

  /** Returns whether this is what to ask about URIs of a scheme. */
  static boolean isFor(String scheme) {
    return scheme.equalsIgnoreCase(PLAIN) || scheme.equalsIgnoreCase(ENCRYPTED);
  }

  /**
   * Reads a link.
   *
   * @throws GroundingException if the text is not a link, or one that must not be followed
   */
  static Link parse(String text, HttpFetchSettings rules) throws GroundingException {
    checkLength(text);
    try {
      return of(Uri.parse(text), text, rules);
    } catch (UriException e) {
      throw invalid(text, e.reason());
    }
  }

  /** Returns where a redirection leads, checked like any link. */
  Link redirected(String location, HttpFetchSettings rules) throws GroundingException {
    checkLength(location);
    try {
      return of(uri.resolve(Escapes.ofHeader(location)), location, rules);
    } catch (UriException e) {
      throw invalid(location, "where " + this + " redirects to is not a URI: " + e.reason());
    }
  }

  private static void checkLength(String text) throws GroundingException {
    if (text.length() > MAX_LENGTH) {
      throw invalid(text, text.length() + " characters, more than " + MAX_LENGTH);
    }
  }

  private static Link of(Uri uri, String text, HttpFetchSettings rules)
      throws GroundingException, UriException {
    String authority = uri.authority();
    if (authority == null || authority.isEmpty() || authority.indexOf('\\') >= 0) {
      // Readers disagree on where a host ends that has a backslash behind it.
      throw new UriException("it names no host");
    }
    boolean encrypted = uri.scheme().equals(ENCRYPTED);
    if (!encrypted && !(uri.scheme().equals(PLAIN) && rules.plainAllowed())) {
      throw new GroundingException(
          OperatorErrorCode.SCHEME_UNSUPPORTED,
          "image_uri: scheme "
              + ShownUri.of(uri.scheme())
              + " (expected: https; fetch.http.plain-allowed opens http)");
    }
    if (authority.indexOf('@') >= 0) {
      throw new GroundingException(
          OperatorErrorCode.URI_NOT_ALLOWED,
          "image_uri: "
              + ShownUri.of(text)
              + " has a user before its host (expected: no credentials in URIs;"
              + " fetch.http.headers has those of a host)");
    }
    int standard = encrypted ? ENCRYPTED_PORT : PLAIN_PORT;
    int colon = authority.indexOf(':', authority.lastIndexOf(']') + 1);
    int port = colon < 0 ? standard : port(authority.substring(colon + 1), standard);
    String host = UriHost.of(colon < 0 ? authority : authority.substring(0, colon));
    if (rules.allowedHosts().stream()
        .noneMatch(pattern -> pattern.matches(host, port, port == standard))) {
      throw new GroundingException(
          OperatorErrorCode.HOST_NOT_ALLOWED,
          "image_uri: "
              + ShownUri.of(host + ":" + port)
              + " (expected: a host and port of"
              + " fetch.http.allowed-hosts)");
    }
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return new Link(uri, bare, port, encrypted);
  }

  private static int port(String text, int standard) throws UriException {
    if (text.isEmpty()) {
      return standard;
    }
    int port = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
    if (port < 1 || port > 65535) {
      throw new UriException("its port is not a number from 1 to 65535");
    }
    return port;
  }

  /** Returns whether both are the same scheme, host and port. */
  boolean hasOriginOf(Link other) {
    return encrypted == other.encrypted && port == other.port && host.equals(other.host);
  }

  /** Returns whether a pattern of hosts matches this link. */
  boolean isAt(HostPattern pattern) {
    return pattern.matches(
        host.indexOf(':') < 0 ? host : "[" + host + "]", port, hasStandardPort());
  }

  boolean hasStandardPort() {
    return port == (encrypted ? ENCRYPTED_PORT : PLAIN_PORT);
  }

  String scheme() {
    return encrypted ? ENCRYPTED : PLAIN;
  }

  /** Returns host and port alone: paths and queries may hold secrets. */
  @Override
  public String toString() {
    return scheme() + "://" + host + ":" + port;
  }

  private static GroundingException invalid(String text, String reason) {
    return new GroundingException(
        OperatorErrorCode.URI_INVALID,
        "image_uri: "
            + ShownUri.of(text)
            + " (expected: a URI such as https://images.example.org/1.jpg): "
            + reason);
  }
}
