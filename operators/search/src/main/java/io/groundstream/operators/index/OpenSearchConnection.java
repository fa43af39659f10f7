package io.groundstream.operators.index;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Talks to OpenSearch's HTTP API: JSON in, JSON out, nodes in turn. It is the JDK's client and no
 * other, so that a job jar brings nothing that could clash with what a cluster has. Thread-safe.
 */
final class OpenSearchConnection {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient client;
  private final List<URI> nodes;
  private final @Nullable String authorization;
  private final Duration timeout;
  private final AtomicInteger turn = new AtomicInteger();

  /** An answer of any status. */
  record Answer(int status, byte[] body) {
    boolean isSuccess() {
      return status >= 200 && status < 300;
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private OpenSearchConnection(
      HttpClient client, List<URI> nodes, @Nullable String authorization, Duration timeout) {
    this.client = client;
    this.nodes = nodes;
    this.authorization = authorization;
    this.timeout = timeout;
  }

  /**
   * Makes a client; nothing is asked yet.
   *
   * @param executor runs what follows an answer
   * @throws IndexSetupException if the files with password or certificates cannot be used
   */
  static OpenSearchConnection open(
      IndexConnectionSettings settings, Duration timeout, Executor executor)
      throws IndexSetupException {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .executor(executor);
    if (settings.caCertificates() != null) {
      builder.sslContext(trusting(settings.caCertificates()));
    }
    List<URI> nodes =
        settings.urls().stream()
            .map(url -> URI.create(url.endsWith("/") ? url : url + "/"))
            .toList();
    return new OpenSearchConnection(builder.build(), nodes, authorization(settings), timeout);
  }

  /**
   * Sends a request to the next node.
   *
   * @param path without a leading slash, encoded
   * @param type of the body, such as {@code application/json}
   * @return the answer, whatever its status; fails with an IOException if there is none
   */
  CompletableFuture<Answer> send(String method, String path, String type, List<byte[]> body) {
    URI node = nodes.get(Math.floorMod(turn.getAndIncrement(), nodes.size()));
    BodyPublisher content =
        body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofByteArrays(body);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(node.resolve(path))
            .timeout(timeout)
            .header("Content-Type", type)
            .method(method, content);
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return client
        .sendAsync(request.build(), BodyHandlers.ofByteArray())
        .thenApply(response -> new Answer(response.statusCode(), response.body()));
  }

  /** Sends a request and waits for the answer. */
  Answer ask(String method, String path, @Nullable String json)
      throws IOException, InterruptedException {
    URI node = nodes.get(Math.floorMod(turn.getAndIncrement(), nodes.size()));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(node.resolve(path))
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .method(method, json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
    return new Answer(response.statusCode(), response.body());
  }

  /** Returns where the nodes are, for messages. */
  String where() {
    return nodes.size() == 1 ? nodes.get(0).toString() : nodes.toString();
  }

  private static @Nullable String authorization(IndexConnectionSettings settings)
      throws IndexSetupException {
    if (settings.username() == null) {
      return settings.authorization();
    }
    String password = settings.password();
    if (settings.passwordFile() != null) {
      try {
        List<String> lines = Files.readAllLines(Path.of(settings.passwordFile()));
        password = lines.isEmpty() ? "" : lines.get(0);
      } catch (IOException e) {
        throw new IndexSetupException(
            "index.password-file: "
                + settings.passwordFile()
                + " cannot be read (expected: a text file on this machine): "
                + e,
            e);
      }
    }
    String both = settings.username() + ":" + password;
    return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
  }

  private static SSLContext trusting(String file) throws IndexSetupException {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("authority-" + number++, certificate);
      }
      if (number == 0) {
        throw new GeneralSecurityException("it holds no certificate");
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IndexSetupException(
          "index.ca-certificates: "
              + file
              + " cannot be used (expected: certificates in PEM form on this machine): "
              + e.getMessage(),
          e);
    }
  }
}
