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

/** Where events link to: scenes that come slowly, and nothing at all. Thread-safe. */
final class PictureHost implements AutoCloseable {
  private static final int LEAST_MILLIS = 300;
  private static final int MOST_MORE_MILLIS = 1200;

  /** Spreads the delays of links that follow each other. */
  private static final int STRIDE = 7919;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  PictureHost() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  /** The configuration that lets a job follow links to here. */
  Map<String, String> configuration() {
    return Map.of(
        "fetch.http.allowed-hosts",
        LocalPorts.HOST + ":" + server.getAddress().getPort(),
        "fetch.http.plain-allowed",
        "true",
        "fetch.http.opened-addresses",
        LocalPorts.HOST);
  }

  /** Returns a link to a scene, which takes its time. */
  String slow(String scene, int index) {
    int millis = LEAST_MILLIS + index * STRIDE % MOST_MORE_MILLIS;
    return link(millis + "/" + scene, index);
  }

  /** Returns a link to nothing. */
  String nowhere(int index) {
    return link("0/nowhere.jpg", index);
  }

  /** Every link is another one, so that no picture is reused. */
  private String link(String path, int index) {
    return "http://%s:%d/%s?%d"
        .formatted(LocalPorts.HOST, server.getAddress().getPort(), path, index);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String[] path = exchange.getRequestURI().getPath().split("/", -1);
      Thread.sleep(Integer.parseInt(path[1]));
      var picture = ClusterEvents.SCENES.resolve(path[2]);
      if (Files.exists(picture)) {
        byte[] bytes = Files.readAllBytes(picture);
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
