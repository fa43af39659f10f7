package io.groundstream.operators.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A server on loopback under many names, and an answerer for these names, as a test wants them. */
final class LocalHosts implements AutoCloseable {
  /** Answers a request. */
  interface Handler {
    void handle(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private final ExecutorService serving = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final Map<String, Queue<String>> names = new ConcurrentHashMap<>();
  private final List<HttpFetcher> fetchers = new ArrayList<>();

  /** The paths that were asked for, in their order. */
  final Queue<String> asked = new ConcurrentLinkedQueue<>();

  LocalHosts() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(serving);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  String link(String host, String path) {
    return "http://" + host + ":" + port() + path;
  }

  /**
   * Says what a name resolves to: for each question some addresses with spaces between them, the
   * last ones for ever.
   */
  void name(String host, String... addresses) {
    names.put(host, new ConcurrentLinkedQueue<>(List.of(addresses)));
  }

  void serve(String path, Handler handler) {
    server.createContext(
        path,
        exchange -> {
          asked.add(exchange.getRequestURI().getPath());
          try (exchange) {
            handler.handle(exchange);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  void redirect(String from, String to) {
    serve(
        from,
        exchange -> {
          exchange.getResponseHeaders().set("Location", to);
          answer(exchange, 302, new byte[0]);
        });
  }

  private List<InetAddress> resolve(String host) throws UnknownHostException {
    Queue<String> answers = names.get(host);
    List<InetAddress> addresses = new ArrayList<>();
    if (answers == null) {
      // As the system does with what is an address already; it never asks the network here.
      if (!host.matches("[0-9.]+|[0-9a-fA-F]*:.*|0[xX].*")) {
        throw new UnknownHostException(host);
      }
      addresses.addAll(NameResolver.SYSTEM.resolve(host));
    } else {
      String answer = answers.size() > 1 ? answers.remove() : answers.element();
      for (String address : answer.split(" ", -1)) {
        addresses.add(InetAddress.getByName(address));
      }
    }
    return addresses;
  }

  HttpFetcher fetcher(int maxBytes, long memory, int connections, String... opened) {
    return fetcher(maxBytes, memory, connections, RequestHeaders.DEFAULT, opened);
  }

  HttpFetcher fetcher(
      int maxBytes, long memory, int connections, RequestHeaders headers, String... opened) {
    HttpFetchSettings settings =
        new HttpFetchSettings(
            List.of(HostPattern.parse("*:" + port())),
            List.of(opened).stream().map(AddressBlock::parse).toList(),
            true,
            Duration.ofSeconds(2),
            Duration.ofSeconds(20),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            1,
            3,
            connections,
            8,
            headers);
    try {
      HttpFetcher fetcher =
          new HttpFetcher(settings, maxBytes, new ByteBudget(memory), this::resolve);
      fetchers.add(fetcher);
      return fetcher;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static String text(CompletableFuture<FetchedImage> fetched) throws Exception {
    try (FetchedImage image = fetched.get(20, TimeUnit.SECONDS)) {
      return new String(image.bytes(), UTF_8);
    }
  }

  @Override
  public void close() {
    fetchers.forEach(HttpFetcher::close);
    server.stop(0);
    serving.shutdownNow();
  }
}
