package io.groundstream.operators.fetch;

import java.io.Serializable;
import java.util.Locale;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * A header of requests to some hosts, such as a token. Messages and {@link #toString} never contain
 * its value.
 *
 * @param hosts the hosts that get it
 * @param encrypted whether it is sent by {@code https} only, or by {@code http} only
 */
@API(status = API.Status.INTERNAL)
public record HostHeader(HostPattern hosts, boolean encrypted, String name, String value)
    implements Serializable {
  private static final String PLAIN = "http://";
  private static final String ENCRYPTED = "https://";

  /** Headers that the client, its connection or the reader of the response sets. */
  private static final Set<String> OTHERS_HEADERS =
      Set.of(
          "accept-encoding",
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "expect",
          "host",
          "http2-settings",
          "if-match",
          "if-modified-since",
          "if-none-match",
          "if-range",
          "if-unmodified-since",
          "keep-alive",
          "proxy-authorization",
          "proxy-connection",
          "range",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /**
   * Reads a header.
   *
   * @param hosts as in {@code fetch.http.allowed-hosts}, with {@code http://} before it if it is to
   *     go without encryption
   * @throws IllegalArgumentException if this is not a header; the message does not repeat the value
   */
  static HostHeader parse(String hosts, String name, String value) {
    if (!name.matches("[A-Za-z0-9!#$%&'*+^_`|~-]+")
        || OTHERS_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException("a header's name that is not the connection's own");
    }
    if (!value.matches("[\\x21-\\x7e]([\\x20-\\x7e\\t]*[\\x21-\\x7e])?")) {
      throw new IllegalArgumentException("a value in ASCII, in one line");
    }
    boolean plain = hosts.regionMatches(true, 0, PLAIN, 0, PLAIN.length());
    boolean encrypted = hosts.regionMatches(true, 0, ENCRYPTED, 0, ENCRYPTED.length());
    String pattern = hosts.substring(plain ? PLAIN.length() : encrypted ? ENCRYPTED.length() : 0);
    return new HostHeader(HostPattern.parse(pattern), !plain, name, value);
  }

  /**
   * Returns how closely the header names its hosts; of several with the same name, the closest
   * wins.
   */
  public int closeness() {
    if (hosts.host().isEmpty()) {
      return 0;
    }
    return hosts.below() ? hosts.host().length() : Integer.MAX_VALUE;
  }

  /** Returns whether it names a single host. */
  public boolean namesOneHost() {
    return !hosts.host().isEmpty() && !hosts.below();
  }

  @Override
  public String toString() {
    return (encrypted ? ENCRYPTED : PLAIN) + hosts + " " + name + ": …";
  }
}
