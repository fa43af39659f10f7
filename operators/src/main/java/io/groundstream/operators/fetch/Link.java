package io.groundstream.operators.fetch;

import io.groundstream.model.GroundingException;
import io.groundstream.operators.config.HttpFetchSettings;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * An {@code http} or {@code https} URI that may be followed, as far as its text can tell; the
 * addresses of its host are another matter.
 *
 * @param uri without fragment
 * @param host in lower case; an IPv6 address without brackets
 */
record Link(URI uri, String host, int port, boolean encrypted) {
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
   * @throws GroundingException if it is none or must not be followed
   */
  static Link parse(String text, HttpFetchSettings rules) throws GroundingException {
    if (text.length() > MAX_LENGTH) {
      throw invalid(text, text.length() + " characters, more than " + MAX_LENGTH);
    }
    URI uri;
    try {
      uri = new URI(text).parseServerAuthority();
    } catch (URISyntaxException e) {
      throw invalid(text, e.getReason());
    }
    return of(uri, rules);
  }

  /** Returns where a redirection leads, checked like any link. */
  Link redirected(String location, HttpFetchSettings rules) throws GroundingException {
    try {
      return parse(uri.resolve(new URI(location)).toString(), rules);
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw invalid(location, "the place that it redirects to is no URI");
    }
  }

  private static Link of(URI uri, HttpFetchSettings rules) throws GroundingException {
    String text = uri.toString();
    if (uri.getScheme() == null || uri.getHost() == null) {
      throw invalid(text, "it names no host");
    }
    boolean encrypted = uri.getScheme().equalsIgnoreCase(ENCRYPTED);
    if (!encrypted && !(uri.getScheme().equalsIgnoreCase(PLAIN) && rules.plainAllowed())) {
      throw new GroundingException(
          OperatorErrorCode.SCHEME_UNSUPPORTED,
          "image_uri: scheme "
              + ShownUri.of(uri.getScheme())
              + " (expected: https; fetch.http.plain-allowed opens http)");
    }
    if (uri.getRawUserInfo() != null) {
      throw new GroundingException(
          OperatorErrorCode.URI_NOT_ALLOWED,
          "image_uri: "
              + ShownUri.of(text)
              + " has a user before its host (expected: no credentials in URIs)");
    }
    int standard = encrypted ? ENCRYPTED_PORT : PLAIN_PORT;
    int port = uri.getPort() < 0 ? standard : uri.getPort();
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    if (port < 1
        || port > 65535
        || rules.allowedHosts().stream()
            .noneMatch(pattern -> pattern.matches(host, port, port == standard))) {
      throw new GroundingException(
          OperatorErrorCode.HOST_NOT_ALLOWED,
          "image_uri: "
              + ShownUri.of(host + ":" + port)
              + " (expected: a host and port of"
              + " fetch.http.allowed-hosts)");
    }
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return new Link(withoutFragment(uri), bare, port, encrypted);
  }

  private static URI withoutFragment(URI uri) {
    String text = uri.toASCIIString();
    int fragment = text.indexOf('#');
    return fragment < 0 ? URI.create(text) : URI.create(text.substring(0, fragment));
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
