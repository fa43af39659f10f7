package io.groundstream.operators.fetch;

/** A URI as messages may show it: it may carry a whole picture, a password or a signature. */
public final class ShownUri {
  private static final int MAX_LENGTH = 500;

  private ShownUri() {}

  /** Returns the URI without what may be secret in it, and not longer than a message may be. */
  public static String of(String uri) {
    String hidden = uri.replaceFirst("//[^/@]*@", "//…@").replaceFirst("\\?.*", "?…");
    return hidden.length() > MAX_LENGTH ? hidden.substring(0, MAX_LENGTH) + "…" : hidden;
  }
}
