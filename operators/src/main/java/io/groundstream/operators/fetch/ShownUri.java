package io.groundstream.operators.fetch;

import org.jspecify.annotations.Nullable;

/** A URI as messages may show it: it may carry a whole picture, a password or a signature. */
public final class ShownUri {
  private static final int MAX_LENGTH = 500;

  /** Beyond this a URI carries data. */
  private static final int MAX_RECORDED_LENGTH = 8192;

  private ShownUri() {}

  /** Returns the URI without what may be secret in it, and not longer than a message may be. */
  public static String of(String uri) {
    String hidden = uri.replaceFirst("//[^/@]*@", "//…@").replaceFirst("\\?.*", "?…");
    return hidden.length() > MAX_LENGTH ? hidden.substring(0, MAX_LENGTH) + "…" : hidden;
  }

  /**
   * Returns the URI as records may carry it, whole but for user information and its query, which
   * may be secret.
   *
   * @return null if it holds the image itself, or is too long to be a place
   */
  public static @Nullable String withoutSecrets(String uri) {
    String place = uri.strip();
    return place.regionMatches(true, 0, "data:", 0, 5) || place.length() > MAX_RECORDED_LENGTH
        ? null
        : place.replaceFirst("//[^/@]*@", "//").replaceFirst("(?s)\\?.*", "?…");
  }
}
