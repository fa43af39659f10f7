package io.groundstream.operators.fetch;

import io.groundstream.operators.uri.UriException;
import io.groundstream.operators.uri.UriHost;
import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A host that links may name: {@code images.example.org}, {@code *.example.org} for all names below
 * it, or {@code *} for any; with {@code :8443} behind it at that port, else at the scheme's own.
 *
 * @param host as {@link UriHost} writes it, without {@code *.}; empty for any
 * @param port null for the scheme's own
 */
@API(status = API.Status.INTERNAL)
public record HostPattern(String host, boolean below, @Nullable Integer port)
    implements Serializable {
  private static final Pattern FORM =
      Pattern.compile("(?<host>\\[[^\\]]*]|[^:\\[\\]]+)(:(?<port>\\d{1,5}))?");

  private static final String ANY = "*";
  private static final String BELOW = "*.";

  /**
   * Reads a pattern. Its host is converted as those of links are: {@code *.bücher.example} may be
   * written so.
   *
   * @throws IllegalArgumentException if the text is not a pattern
   */
  public static HostPattern parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw invalid(text);
    }
    String host = matcher.group("host");
    String port = matcher.group("port");
    if (port != null && (Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65535)) {
      throw invalid(text);
    }
    boolean below = host.startsWith(BELOW);
    return new HostPattern(
        host.equals(ANY) ? "" : name(text, below ? host.substring(BELOW.length()) : host),
        below,
        port == null ? null : Integer.valueOf(port));
  }

  private static String name(String text, String host) {
    try {
      String name = UriHost.of(host);
      // A name may hold these, but here they are slips.
      if (name.indexOf('*') >= 0 || name.startsWith(".") || name.contains("..")) {
        throw invalid(text);
      }
      return name;
    } catch (UriException e) {
      throw invalid(text);
    }
  }

  private static IllegalArgumentException invalid(String text) {
    return new IllegalArgumentException(
        text + " (expected: a host such as images.example.org, *.example.org, or *)");
  }

  /**
   * Returns whether a link to such a host and port may be followed.
   *
   * @param name as {@link UriHost} writes it
   * @param standardPort whether the port is the scheme's own
   */
  public boolean matches(String name, int at, boolean standardPort) {
    boolean portFits = port == null ? standardPort : port == at;
    return portFits && (host.isEmpty() || (below ? name.endsWith("." + host) : name.equals(host)));
  }

  /** Returns the pattern as it may be written. */
  @Override
  public String toString() {
    return (host.isEmpty() ? ANY : (below ? BELOW : "") + host) + (port == null ? "" : ":" + port);
  }
}
