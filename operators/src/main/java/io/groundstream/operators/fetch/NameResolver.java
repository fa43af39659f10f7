package io.groundstream.operators.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a host. Thread-safe. */
@FunctionalInterface
interface NameResolver {
  /** The operating system's. */
  NameResolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

  /**
   * Returns the addresses of a host, at least one; waits for the answer.
   *
   * @param host a name, or an address without brackets
   */
  List<InetAddress> resolve(String host) throws UnknownHostException;
}
