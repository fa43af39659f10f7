package io.groundstream.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.groundstream.jobs.cli.LocalPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A host for links of events: it serves scenes slowly, or answers that nothing exists. Thread-safe.
 */
final class ImageHost implements AutoCloseable {
  private static final int LEAST_MILLIS = 300;
  private static final int MOST_MORE_MILLIS = 1200;

  /** Spreads the delays of consecutive links. */
  private static final int STRIDE = 7919;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  ImageHost() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  /** Returns the configuration that lets a job follow links to this host. */
  Map<String, String> configuration() {
    return Map.of(
        "fetch.http.allowed-hosts",
        LocalPorts.HOST + ":" + server.getAddress().getPort(),
        "fetch.http.plain-allowed",
        "true",
        "fetch.http.opened-addresses",
        LocalPorts.HOST);
  }

  /** Returns a link to a scene that is served slowly. */
  String slow(String scene, int index) {
    int millis = LEAST_MILLIS + index * STRIDE % MOST_MORE_MILLIS;
    return link(millis + "/" + scene, index);
  }

  /** Returns a link to an image that does not exist. */
  String nowhere(int index) {
    return link("0/nowhere.jpg", index);
  }

  /** Every link is different, so that no image is reused. */
  private String link(String path, int index) {
    return "http://%s:%d/%s?%d"
        .formatted(LocalPorts.HOST, server.getAddress().getPort(), path, index);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String[] path = exchange.getRequestURI().getPath().split("/", -1);
      Thread.sleep(Integer.parseInt(path[1]));
      var image = ClusterEvents.SCENES.resolve(path[2]);
      if (Files.exists(image)) {
        byte[] bytes = Files.readAllBytes(image);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
      } else {
        exchange.sendResponseHeaders(404, -1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
