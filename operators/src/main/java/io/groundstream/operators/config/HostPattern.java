package io.groundstream.operators.config;

import java.io.Serializable;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A host that links may name: {@code images.example.org}, {@code *.example.org} for all names below
 * it, or {@code *} for any; with {@code :8443} behind it at that port, else at the scheme's own.
 *
 * @param host in lower case, without {@code *.}; empty for any
 * @param port null for the scheme's own
 */
public record HostPattern(String host, boolean below, @Nullable Integer port)
    implements Serializable {
  private static final String NAME = "[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?";
  private static final Pattern FORM =
      Pattern.compile(
          "(?<any>\\*)?(?<below>\\*\\.)?(?<host>"
              + NAME
              + "(\\."
              + NAME
              + ")*|\\[[0-9a-f:.]+])?"
              + "(:(?<port>\\d{1,5}))?");

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static HostPattern parse(String text) {
    Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
    boolean matches = matcher.matches();
    boolean any = matches && matcher.group("any") != null;
    boolean below = matches && matcher.group("below") != null;
    String host = matches ? matcher.group("host") : null;
    String port = matches ? matcher.group("port") : null;
    if (!matches
        || any == (host != null)
        || (any && below)
        || (port != null && (Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65535))) {
      throw new IllegalArgumentException(
          text + " (expected: a host such as images.example.org, *.example.org, or *)");
    }
    return new HostPattern(
        host == null ? "" : host, below, port == null ? null : Integer.valueOf(port));
  }

  /**
   * Returns whether a link to such a host and port may be followed.
   *
   * @param name in lower case
   * @param standardPort whether the port is the scheme's own
   */
  public boolean matches(String name, int at, boolean standardPort) {
    boolean portFits = port == null ? standardPort : port == at;
    return portFits && (host.isEmpty() || (below ? name.endsWith("." + host) : name.equals(host)));
  }
}
