package io.groundstream.operators.search;

import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the index is, and how to get in.
 *
 * @param url where OpenSearch answers, such as {@code https://search.example.org:9200}; may have a
 *     path, and no user in it
 * @param index the index or alias to ask
 * @param user whom to log in as; null for nobody
 * @param password the user's; null for none
 * @param timeout how long to wait for an answer, longer than zero
 */
public record IndexConnection(
    URI url, String index, @Nullable String user, @Nullable String password, Duration timeout) {
  /** The alias that the index job gives to its index. */
  public static final String DEFAULT_INDEX = "groundstream-images";

  private static final Pattern INDEX =
      Pattern.compile("[^A-Z\\\\/*?\"<>| ,#:+_.-][^A-Z\\\\/*?\"<>| ,#:]*");

  /**
   * @throws IllegalArgumentException if URL, index or timeout cannot be; the message says what was
   *     expected
   */
  public IndexConnection {
    if (url.getHost() == null
        || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
        || url.getRawUserInfo() != null
        || url.getRawQuery() != null
        || url.getRawFragment() != null) {
      // Not the URL itself: it may hold a password.
      throw new IllegalArgumentException(
          "url: is no address of an index (expected: such as http://localhost:9200, without user"
              + " or query)");
    }
    if (!INDEX.matcher(index).matches()) {
      throw new IllegalArgumentException(
          "index: "
              + index
              + " (expected: one name in small letters, such as "
              + DEFAULT_INDEX
              + ")");
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
    }
    if (user == null && password != null) {
      throw new IllegalArgumentException("user: none, but a password (expected: both or neither)");
    }
  }

  /** Returns a connection without a user, which waits for half a minute. */
  public static IndexConnection to(URI url) {
    return new IndexConnection(url, DEFAULT_INDEX, null, null, Duration.ofSeconds(30));
  }

  @Override
  public String toString() {
    return index + " at " + url;
  }
}
