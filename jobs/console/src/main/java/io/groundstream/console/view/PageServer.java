package io.groundstream.console.view;

import java.io.IOException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The HTTP server of the page: Jetty, with few threads and short timeouts. */
final class PageServer implements AutoCloseable {
  private static final int MOST_THREADS = 16;

  /** A browser that reads nothing for this time is gone. Longer than between two signs of life. */
  private static final long IDLE_MILLIS = 30_000;

  private final Server server;
  private final ServerConnector connector;

  /**
   * Opens the port; does not answer yet.
   *
   * @throws ViewException if the port is taken or the host is not an address of this machine
   */
  PageServer(String host, int port) throws ViewException {
    QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, 2);
    threads.setName("view-http");
    threads.setDaemon(true);
    server = new Server(threads);
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setSendDateHeader(false);
    configuration.setRequestHeaderSize(16 << 10);
    connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration));
    connector.setHost(host);
    connector.setPort(port);
    connector.setIdleTimeout(IDLE_MILLIS);
    server.addConnector(connector);
    server.setStopTimeout(0);
    try {
      connector.open();
    } catch (IOException | IllegalArgumentException e) {
      server.destroy();
      throw new ViewException(problem(host, port, e), e);
    }
  }

  private static String problem(String host, int port, Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnknownHostException
          || cause instanceof UnresolvedAddressException
          || String.valueOf(cause.getMessage()).contains("assign requested address")) {
        return "--bind: " + host + " (expected: an address or a name of this machine)";
      }
      if (cause instanceof BindException) {
        return "--port: "
            + port
            + " cannot be listened on at "
            + host
            + ": "
            + cause.getMessage()
            + " (expected: a free port; 0 takes any)";
      }
    }
    return "--port: " + port + " cannot be listened on at " + host + ": " + failure;
  }

  void start(PageHandler handler) throws ViewException {
    server.setHandler(handler);
    try {
      server.start();
    } catch (Exception e) {
      throw new ViewException("The page's server does not start: " + e, e);
    }
  }

  int port() {
    return connector.getLocalPort();
  }

  @Override
  public void close() {
    // Stopping waits for threads, and would give up at once if this one were interrupted.
    boolean interrupted = Thread.interrupted();
    try {
      server.stop();
    } catch (Exception e) {
      // Nothing that it has served can be lost.
    }
    connector.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
