package io.groundstream.console.view;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides by which names this server may be called. A page of a stranger can point a name of its
 * own at our address and then read us as if we were its own server (DNS rebinding); what it cannot
 * do is to be called by our names. Addresses cannot be pointed elsewhere, so they are always
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
