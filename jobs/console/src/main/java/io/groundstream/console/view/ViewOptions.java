package io.groundstream.console.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a page shows, and where it is served.
 *
 * @param topics where the topics are
 * @param start the first results to show
 * @param keep the most images that are held; the oldest leave first
 * @param host the address to listen on, such as 127.0.0.1
 * @param port the port to listen on; 0 for a free one
 * @param allowedHosts names of this server that browsers may use, beside {@code localhost} and
 *     addresses
 * @param search answers searches; null where there is no index
 */
public record ViewOptions(
    TopicReaderSettings topics,
    StartFrom start,
    int keep,
    String host,
    int port,
    List<String> allowedHosts,
    @Nullable ViewSearch search) {
  /** How many images are held by default. */
  public static final int DEFAULT_KEEP = 120;

  /** More cards than this make a browser slow. */
  public static final int MOST_KEEP = 1000;

  public ViewOptions {
    allowedHosts = List.copyOf(allowedHosts);
    if (keep < 1 || keep > MOST_KEEP) {
      throw new IllegalArgumentException("keep: " + keep + " (expected: 1 to " + MOST_KEEP + ")");
    }
  }
}
