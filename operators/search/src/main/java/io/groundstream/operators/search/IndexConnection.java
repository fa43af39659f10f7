package io.groundstream.operators.search;

import io.groundstream.operators.index.IndexConnectionSettings;
import io.groundstream.operators.index.IndexOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the index is, and the credentials for it.
 *
 * @param node the URLs of OpenSearch's nodes, such as {@code https://search.example.org:9200}, and
 *     the credentials; URLs may have a path, but no user in them
 * @param index the index or alias to search
 * @param timeout how long to wait for an answer, longer than zero
 */
public record IndexConnection(IndexConnectionSettings node, String index, Duration timeout) {
  private static final Pattern INDEX =
      Pattern.compile("[^A-Z\\\\/*?\"<>| ,#:+_.-][^A-Z\\\\/*?\"<>| ,#:]*");

  /**
   * @throws IllegalArgumentException if URLs, index, user or timeout are invalid; the message says
   *     what was expected
   */
  public IndexConnection {
    if (node.urls().isEmpty() || !node.urls().stream().allMatch(IndexConnectionSettings::isUrl)) {
      // Not the URL itself: it may hold a password.
      throw new IllegalArgumentException(
          "url: is not the address of an index (expected: such as http://localhost:9200, without"
              + " user or query)");
    }
    if (!INDEX.matcher(index).matches()) {
      throw new IllegalArgumentException(
          "index: "
              + index
              + " (expected: one name in small letters, such as "
              + IndexOptions.DEFAULT_ALIAS
              + ")");
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
    }
    if (node.username() == null && (node.password() != null || node.passwordFile() != null)) {
      throw new IllegalArgumentException(
          "user: not set, but a password is (expected: both or neither)");
    }
  }

  /** Creates a connection to one node, without a file of CA certificates. */
  public IndexConnection(
      URI url, String index, @Nullable String user, @Nullable String password, Duration timeout) {
    this(
        new IndexConnectionSettings(
            List.of(url.toString()),
            user,
            user != null && password == null ? "" : password,
            null,
            null,
            null),
        index,
        timeout);
  }

  /** Returns a connection without a user and with a timeout of half a minute. */
  public static IndexConnection to(URI url) {
    return new IndexConnection(url, IndexOptions.DEFAULT_ALIAS, null, null, Duration.ofSeconds(30));
  }

  /** Returns where the nodes are, for messages. */
  String where() {
    return String.join(", ", node.urls());
  }

  @Override
  public String toString() {
    return index + " at " + where();
  }
}
