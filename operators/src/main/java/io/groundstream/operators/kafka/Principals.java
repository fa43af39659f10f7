package io.groundstream.operators.kafka;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Derives the principal of a client from its settings, as far as they tell. */
final class Principals {
  private static final Pattern USER =
      Pattern.compile("\\b(?:username|principal)\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\\s;]+))");

  private Principals() {}

  /** Returns the principal in the form of access control lists, such as {@code User:reader}. */
  static String of(Map<String, String> properties) {
    String protocol =
        properties.getOrDefault("security.protocol", "PLAINTEXT").toUpperCase(Locale.ROOT);
    if (protocol.equals("PLAINTEXT")) {
      return "User:ANONYMOUS";
    }
    if (protocol.startsWith("SASL")) {
      Matcher user = USER.matcher(properties.getOrDefault("sasl.jaas.config", ""));
      if (user.find()) {
        String name =
            user.group(1) != null
                ? user.group(1)
                : user.group(2) != null ? user.group(2) : user.group(3);
        return "User:" + name;
      }
    }
    return "of this client";
  }
}
