package io.groundstream.it;

import com.sun.net.httpserver.Authenticator;
import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A proxy in front of an OpenSearch node that disturbs bulk requests as configured. */
final class FaultyProxy implements AutoCloseable {
  /** The outcome of one bulk request. */
  enum Fault {
    NONE,
    /** Refused as a whole, because the cluster is busy. */
    TOO_MANY_REQUESTS,
    /** Answered as by a proxy whose node is down. */
    UNAVAILABLE,
    /** The connection ends without an answer. */
    CUT_BEFORE,
    /** The connection ends without an answer, after the documents were written. */
    CUT_AFTER,
    /** Every second document is rejected, because its shard is busy. */
    HALF
  }

  private static final String REJECTED =
      "{\"index\":{\"status\":429,\"error\":{\"type\":\"rejected_execution_exception\","
          + "\"reason\":\"rejected execution of primary operation\"}}}";

  private final URI node;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicInteger bulks = new AtomicInteger();
  private final AtomicInteger faults = new AtomicInteger();
  private volatile List<Fault> cycle = List.of(Fault.NONE);

  FaultyProxy(URI node) throws IOException {
    this(node, HttpServer.create(), null);
  }

  /** Uses TLS with the certificate of a store, and accepts one user. */
  FaultyProxy(URI node, SSLContext certificate, String user, String password) throws IOException {
    this(
        node,
        encrypted(certificate),
        new BasicAuthenticator("node") {
          @Override
          public boolean checkCredentials(String name, String secret) {
            return name.equals(user) && secret.equals(password);
          }
        });
  }

  private FaultyProxy(URI node, HttpServer server, @Nullable Authenticator authenticator)
      throws IOException {
    this.node = node;
    this.server = server;
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    HttpContext context = server.createContext("/", this::handle);
    if (authenticator != null) {
      Authenticator unused = context.setAuthenticator(authenticator);
    }
    server.setExecutor(threads);
    server.start();
  }

  private static HttpsServer encrypted(SSLContext certificate) throws IOException {
    HttpsServer server = HttpsServer.create();
    server.setHttpsConfigurator(new HttpsConfigurator(certificate));
    return server;
  }

  String url() {
    String scheme = server instanceof HttpsServer ? "https" : "http";
    return scheme + "://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Sets the outcomes of the next bulk requests, in turn and repeating. */
  void treat(Fault... next) {
    cycle = List.of(next);
  }

  /** Returns the number of disturbed bulk requests. */
  int faults() {
    return faults.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      boolean bulk = exchange.getRequestURI().getPath().endsWith("/_bulk");
      List<Fault> now = cycle;
      Fault fault = bulk ? now.get(bulks.getAndIncrement() % now.size()) : Fault.NONE;
      if (fault != Fault.NONE) {
        faults.incrementAndGet();
      }
      switch (fault) {
        case NONE -> {
          HttpResponse<byte[]> answer = forward(exchange, body);
          answer(exchange, answer.statusCode(), answer.body());
        }
        case TOO_MANY_REQUESTS -> answer(exchange, 429, "{}".getBytes(StandardCharsets.UTF_8));
        case UNAVAILABLE -> answer(exchange, 503, "<html>".getBytes(StandardCharsets.UTF_8));
        case CUT_BEFORE -> throw new IOException("cut");
        case CUT_AFTER -> {
          HttpResponse<byte[]> ignored = forward(exchange, body);
          throw new IOException("cut");
        }
        case HALF -> half(exchange, body);
      }
    }
  }

  private void half(HttpExchange exchange, byte[] body) throws IOException {
    List<String> lines = new String(body, StandardCharsets.UTF_8).lines().toList();
    StringBuilder taken = new StringBuilder();
    List<String> items = new ArrayList<>();
    for (int i = 0; i < lines.size(); i += 2) {
      if (i % 4 == 0) {
        taken.append(lines.get(i)).append('\n').append(lines.get(i + 1)).append('\n');
        items.add("{\"index\":{\"status\":201}}");
      } else {
        items.add(REJECTED);
      }
    }
    HttpResponse<byte[]> answer =
        forward(exchange, taken.toString().getBytes(StandardCharsets.UTF_8));
    if (new String(answer.body(), StandardCharsets.UTF_8).contains("error\"")) {
      throw new IOException("not all documents were accepted");
    }
    String text = "{\"errors\":true,\"items\":[" + String.join(",", items) + "]}";
    answer(exchange, 200, text.getBytes(StandardCharsets.UTF_8));
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(node.resolve(exchange.getRequestURI()))
            .header("Content-Type", exchange.getRequestHeaders().getFirst("Content-Type"))
            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body))
            .build();
    try {
      return client.send(request, BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
    if (!head && body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
