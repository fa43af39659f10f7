package io.groundstream.operators.fetch;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * Which links are followed, and how.
 *
 * @param allowedHosts the hosts that links may name; without any, no link is followed
 * @param openedAddresses inward addresses that are allowed nevertheless
 * @param plainAllowed whether {@code http} is followed, too
 * @param connectTimeout for the name and the connection, TLS included
 * @param responseTimeout between two pieces of a response
 * @param transferTimeout for one whole attempt, its redirections included
 * @param totalTimeout for all attempts together and the waiting between them
 * @param maxAttempts at least 1
 * @param maxRedirects per attempt
 * @param maxConnections to all hosts together
 * @param maxConnectionsPerHost the most transfers from one host at a time
 * @param headers the headers of requests
 */
public record HttpFetchSettings(
    List<HostPattern> allowedHosts,
    List<AddressBlock> openedAddresses,
    boolean plainAllowed,
    Duration connectTimeout,
    Duration responseTimeout,
    Duration transferTimeout,
    Duration totalTimeout,
    int maxAttempts,
    int maxRedirects,
    int maxConnections,
    int maxConnectionsPerHost,
    RequestHeaders headers)
    implements Serializable {

  /** Follows no link. */
  public static final HttpFetchSettings NONE =
      new HttpFetchSettings(
          List.of(),
          List.of(),
          false,
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMinutes(1),
          3,
          3,
          64,
          8,
          RequestHeaders.DEFAULT);

  public HttpFetchSettings {
    allowedHosts = List.copyOf(allowedHosts);
    openedAddresses = List.copyOf(openedAddresses);
  }
}
