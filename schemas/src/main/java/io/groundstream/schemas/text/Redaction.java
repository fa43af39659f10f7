package io.groundstream.schemas.text;

import java.util.regex.Pattern;

/**
 * Removes possible secrets from the URIs in a text, since libraries put whole URIs into messages.
 */
public final class Redaction {
  private static final Pattern USER = Pattern.compile("://[^\\s/?#@]*@");

  /** The part of a URI after its path, which may hold a signature. */
  private static final Pattern QUERY =
      Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*://[^\\s?#'\"<>]*)[?#][^\\s'\"<>]*");

  private Redaction() {}

  /** Returns the text without the user names and passwords in its URIs. */
  public static String withoutUsers(String text) {
    return USER.matcher(text).replaceAll("://…@");
  }

  /** Returns the text without user names, passwords, queries and fragments in its URIs. */
  public static String withoutUsersAndQueries(String text) {
    return QUERY.matcher(withoutUsers(text)).replaceAll("$1?…");
  }
}
