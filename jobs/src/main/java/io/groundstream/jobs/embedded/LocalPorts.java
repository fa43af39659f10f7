package io.groundstream.jobs.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** TCP ports of the loopback address: nothing that runs here can be reached from elsewhere. */
public final class LocalPorts {
  /** The address that every local service listens on. */
  public static final String HOST = "127.0.0.1";

  private LocalPorts() {}

  /** Returns different ports that are free at the moment. */
  static List<Integer> free(int count) throws LocalServiceException {
    List<ServerSocket> sockets = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    try {
      for (int index = 0; index < count; index++) {
        ServerSocket socket = new ServerSocket(0, 1, address());
        sockets.add(socket);
        ports.add(socket.getLocalPort());
      }
    } catch (IOException e) {
      throw new LocalServiceException("No free port on " + HOST + ": " + e.getMessage(), e);
    } finally {
      for (ServerSocket socket : sockets) {
        closeQuietly(socket);
      }
    }
    return ports;
  }

  /**
   * Returns the wanted port if it is free, or a free one if 0 is wanted.
   *
   * @param service what wants it, for the message
   */
  public static int choose(String service, int wanted) throws LocalServiceException {
    if (wanted < 0 || wanted > 65_535) {
      throw new LocalServiceException(
          "port of " + service + ": " + wanted + " (expected: 1 to 65535, or 0 for a free one)");
    }
    if (wanted == 0) {
      return free(1).get(0);
    }
    try (ServerSocket socket = new ServerSocket()) {
      // As servers do, so that a port counts as free right after its last user is gone.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address(), wanted));
    } catch (IOException e) {
      throw new LocalServiceException(
          "port of "
              + service
              + ": "
              + wanted
              + " is taken on "
              + HOST
              + " (expected: a free port; stop what listens there, choose another, or 0 for any)",
          e);
    }
    return wanted;
  }

  /** Always the fourth version: the name localhost may be the sixth, where nobody listens. */
  private static InetAddress address() throws IOException {
    return InetAddress.getByAddress(HOST, new byte[] {127, 0, 0, 1});
  }

  private static void closeQuietly(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It was never used, and the port is asked for again by whoever gets it.
    }
  }
}
