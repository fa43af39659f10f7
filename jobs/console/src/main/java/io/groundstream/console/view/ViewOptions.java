package io.groundstream.console.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a page shows, and to whom.
 *
 * @param topics where the topics are
 * @param start from when on results are shown
 * @param keep the most pictures that are held; the oldest leave first
 * @param host the address to listen on, such as 127.0.0.1
 * @param port the port to listen on; 0 for a free one
 * @param allowedHosts names, beside {@code localhost} and addresses, by which browsers may call
 *     this server
 * @param search what answers searches; null where there is no index
 */
public record ViewOptions(
    TopicReaderSettings topics,
    StartFrom start,
    int keep,
    String host,
    int port,
    List<String> allowedHosts,
    @Nullable PictureSearch search) {
  /** How many pictures are held unless it is said. */
  public static final int DEFAULT_KEEP = 120;

  /** Beyond this a browser has more to lay out than people can look at. */
  public static final int MOST_KEEP = 1000;

  public ViewOptions {
    allowedHosts = List.copyOf(allowedHosts);
    if (keep < 1 || keep > MOST_KEEP) {
      throw new IllegalArgumentException("keep: " + keep + " (expected: 1 to " + MOST_KEEP + ")");
    }
  }
}
