package io.groundstream.operators.fetch;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes URIs fit for messages: a URI may carry a whole image, a password or a signature. */
public final class ShownUri {
  private static final int MAX_LENGTH = 500;

  /** Beyond this a URI carries data. */
  private static final int MAX_RECORDED_LENGTH = 8192;

  /** More is cut off anyway, and an image may follow. */
  private static final int READ = 4 * MAX_LENGTH;

  private static final Pattern AUTHORITY = Pattern.compile("[/\\\\]{2,}(?<authority>[^/\\\\?#]*)");

  /** A colon that no port follows. */
  private static final Pattern PASSWORD = Pattern.compile("^[^\\[:]*:[0-9]*[^0-9]");

  private ShownUri() {}

  /** Returns the URI without what may be secret in it, and not longer than a message may be. */
  public static String of(String uri) {
    String begin = uri.length() > READ ? uri.substring(0, READ) : uri;
    String hidden = withoutUser(begin).replaceFirst("(?s)([?#]).*", "$1…");
    return hidden.length() > MAX_LENGTH || begin.length() < uri.length()
        ? hidden.substring(0, Math.min(hidden.length(), MAX_LENGTH)) + "…"
        : hidden;
  }

  private static String withoutUser(String uri) {
    Matcher matcher = AUTHORITY.matcher(uri);
    if (!matcher.find()) {
      return uri;
    }
    String authority = matcher.group("authority");
    int at = authority.lastIndexOf('@');
    if (at < 0 && PASSWORD.matcher(authority).find()) {
      // A password in which a slash, ? or # ends the host, so that the rest of it follows.
      return uri.substring(0, matcher.start("authority")) + "…";
    }
    return at < 0
        ? uri
        : uri.substring(0, matcher.start("authority"))
            + "…"
            + authority.substring(at)
            + uri.substring(matcher.end());
  }

  /**
   * Returns the URI as records may carry it: without user information and query, which may be
   * secret.
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
