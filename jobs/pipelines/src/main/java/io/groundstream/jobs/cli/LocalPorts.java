package io.groundstream.jobs.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Chooses TCP ports of the loopback address, so that local services cannot be reached from other
 * machines.
 *
 * <p>A server in a process of its own binds its port seconds after the port was found free. In
 * between, an outgoing connection could take a port from the range that systems use for those (from
 * 32768 on Linux, 49152 elsewhere, 16000 in some sandboxes). So free ports are chosen at random
 * below that range, and a JVM returns none of them twice.
 */
public final class LocalPorts {
  /** The address that every local service listens on. */
  public static final String HOST = "127.0.0.1";

  private static final int FIRST = 10_240;
  private static final int END = 16_000;
  private static final int ATTEMPTS = 1_000;

  private static final Set<Integer> GIVEN = new HashSet<>();

  private LocalPorts() {}

  /** Returns a port that is free at the moment and that this JVM has not returned before. */
  public static int free() throws LocalServiceException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      if (isFree(port) && give(port)) {
        return port;
      }
    }
    throw new LocalServiceException(
        "No free port on "
            + HOST
            + " from "
            + FIRST
            + " to "
            + (END - 1)
            + " in "
            + ATTEMPTS
            + " attempts (expected: most of them free)");
  }

  /**
   * Returns the wanted port if it is free, or any free port if 0 is wanted.
   *
   * @param service the name of the service, for the message
   */
  public static int choose(String service, int wanted) throws LocalServiceException {
    if (wanted < 0 || wanted > 65_535) {
      throw new LocalServiceException(
          "port of " + service + ": " + wanted + " (expected: 1 to 65535, or 0 for a free one)");
    }
    if (wanted == 0) {
      return free();
    }
    try {
      bind(wanted).close();
    } catch (IOException e) {
      throw new LocalServiceException(
          "port of "
              + service
              + ": "
              + wanted
              + " is taken on "
              + HOST
              + " (expected: a free port; stop the process that listens there, choose another port,"
              + " or 0 for any)",
          e);
    }
    return wanted;
  }

  private static boolean isFree(int port) {
    try {
      bind(port).close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static ServerSocket bind(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      // Set like servers do, so that a port counts as free as soon as its last user has ended.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address(), port));
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static boolean give(int port) {
    synchronized (GIVEN) {
      return GIVEN.add(port);
    }
  }

  /**
   * Returns the IPv4 address: the name localhost may be the IPv6 address, on which no service
   * listens.
   */
  private static InetAddress address() throws IOException {
    return InetAddress.getByAddress(HOST, new byte[] {127, 0, 0, 1});
  }
}
