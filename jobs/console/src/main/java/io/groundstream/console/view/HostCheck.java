package io.groundstream.console.view;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides which host names requests may use. A stranger's page can point its own name at the
 * address of this server and then read from it as from its own server (DNS rebinding), but it
 * cannot use the names of this server. Addresses cannot be pointed elsewhere, so they are always
 * allowed.
 */
final class HostCheck {
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]+]");

  private final Set<String> names = new HashSet<>();

  HostCheck(String boundHost, List<String> allowed) {
    names.add("localhost");
    names.add(boundHost.toLowerCase(Locale.ROOT));
    allowed.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
  }

  /**
   * Returns whether a request may be answered.
   *
   * @param host the value of its Host header, with or without a port
   */
  boolean allows(@Nullable String host) {
    if (host == null) {
      return false;
    }
    String name = host.toLowerCase(Locale.ROOT).replaceFirst(":\\d{1,5}$", "");
    if (name.endsWith(".")) {
      name = name.substring(0, name.length() - 1);
    }
    return IPV4.matcher(name).matches()
        || IPV6.matcher(name).matches()
        || name.endsWith(".localhost")
        || names.contains(name);
  }
}
