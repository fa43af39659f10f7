package io.groundstream.operators.index;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.flink.util.ExceptionUtils;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A client for OpenSearch's HTTP API: JSON in, JSON out. All searches and all writes use it. It
 * takes the nodes in turn; a request whose node cannot be reached goes to the next one. The client
 * is the JDK's, so the job jar brings no library that could clash with those of a cluster.
 * Thread-safe; holds nothing that has to be closed.
 */
@API(status = API.Status.INTERNAL)
public final class OpenSearchClient {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient client;
  private final List<URI> nodes;
  private final @Nullable String authorization;
  private final Duration timeout;
  private final AtomicInteger turn = new AtomicInteger();

  /**
   * An answer, whatever its status.
   *
   * @param status the HTTP status
   * @param body the body, not decoded
   */
  // Not compared: each answer is read once.
  @SuppressWarnings("ArrayRecordComponent")
  public record Answer(int status, byte[] body) {
    /** Returns whether the request was carried out. */
    public boolean isSuccess() {
      return status >= 200 && status < 300;
    }

    /** Returns the body as text. */
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private OpenSearchClient(
      HttpClient client, List<URI> nodes, @Nullable String authorization, Duration timeout) {
    this.client = client;
    this.nodes = nodes;
    this.authorization = authorization;
    this.timeout = timeout;
  }

  /**
   * Creates a client with its own threads; sends nothing yet.
   *
   * @param timeout how long to wait for an answer, longer than zero
   * @throws IllegalArgumentException if the file with the password or the certificates cannot be
   *     used; the message begins with {@code password-file} or {@code ca-certificates}
   */
  public static OpenSearchClient open(IndexConnectionSettings settings, Duration timeout) {
    return open(settings, timeout, builder(timeout));
  }

  /**
   * Creates a client; sends nothing yet.
   *
   * @param executor runs what depends on an answer
   * @throws IndexSetupException if the files with password or certificates cannot be used
   */
  static OpenSearchClient open(
      IndexConnectionSettings settings, Duration timeout, Executor executor)
      throws IndexSetupException {
    try {
      return open(settings, timeout, builder(timeout).executor(executor));
    } catch (IllegalArgumentException e) {
      throw new IndexSetupException("index." + e.getMessage(), e);
    }
  }

  private static OpenSearchClient open(
      IndexConnectionSettings settings, Duration timeout, HttpClient.Builder builder) {
    if (settings.caCertificates() != null) {
      builder.sslContext(trusting(settings.caCertificates()));
    }
    List<URI> nodes =
        settings.urls().stream()
            .map(url -> URI.create(url.endsWith("/") ? url : url + "/"))
            .toList();
    return new OpenSearchClient(builder.build(), nodes, authorization(settings), timeout);
  }

  private static HttpClient.Builder builder(Duration timeout) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(timeout.compareTo(CONNECT_TIMEOUT) < 0 ? timeout : CONNECT_TIMEOUT);
  }

  /**
   * Sends a request.
   *
   * @param path without a leading slash, encoded
   * @param type the media type of the body, such as {@code application/json}
   * @return the answer, whatever its status; fails with an IOException if there is none
   */
  CompletableFuture<Answer> send(String method, String path, String type, List<byte[]> body) {
    BodyPublisher content =
        body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofByteArrays(body);
    return send(method, path, type, content, turn.getAndIncrement(), nodes.size() - 1);
  }

  /**
   * Sends a request to a node, and to the next one if that cannot be reached.
   *
   * @param others how many further nodes are tried
   */
  private CompletableFuture<Answer> send(
      String method, String path, String type, BodyPublisher content, int node, int others) {
    return client
        .sendAsync(request(node, method, path, type, content), BodyHandlers.ofByteArray())
        .thenApply(response -> new Answer(response.statusCode(), response.body()))
        .exceptionallyCompose(
            failure ->
                others > 0 && isUnreachable(failure)
                    ? send(method, path, type, content, node + 1, others - 1)
                    : CompletableFuture.failedFuture(failure));
  }

  /**
   * Sends a request and waits for the answer.
   *
   * @param path without a leading slash, encoded
   * @param json the body, or null for none
   * @return the answer, whatever its status
   * @throws IOException if there is none
   */
  public Answer ask(String method, String path, @Nullable String json)
      throws IOException, InterruptedException {
    List<byte[]> body = json == null ? List.of() : List.of(json.getBytes(StandardCharsets.UTF_8));
    CompletableFuture<Answer> answer = send(method, path, "application/json", body);
    try {
      return answer.get();
    } catch (InterruptedException e) {
      boolean unused = answer.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      Throwable failure = ExceptionUtils.stripCompletionException(e.getCause());
      ExceptionUtils.tryRethrowIOException(failure);
      throw new IOException(failure.getMessage(), failure);
    }
  }

  /** Returns whether no connection was made, so that the node has seen nothing of the request. */
  private static boolean isUnreachable(Throwable failure) {
    Throwable cause = ExceptionUtils.stripCompletionException(failure);
    return cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException;
  }

  private HttpRequest request(
      int node, String method, String path, String type, BodyPublisher content) {
    URI base = nodes.get(Math.floorMod(node, nodes.size()));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(timeout)
            .header("Content-Type", type)
            .method(method, content);
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return request.build();
  }

  /** Returns where the nodes are, for messages. */
  String where() {
    return nodes.size() == 1 ? nodes.get(0).toString() : nodes.toString();
  }

  private static @Nullable String authorization(IndexConnectionSettings settings) {
    if (settings.username() == null) {
      return settings.authorization();
    }
    String password = settings.password();
    if (settings.passwordFile() != null) {
      try {
        List<String> lines = Files.readAllLines(Path.of(settings.passwordFile()));
        password = lines.isEmpty() ? "" : lines.get(0);
      } catch (IOException e) {
        throw new IllegalArgumentException(
            "password-file: "
                + settings.passwordFile()
                + " cannot be read (expected: a text file on this machine): "
                + e,
            e);
      }
    }
    String both = settings.username() + ":" + password;
    return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
  }

  private static SSLContext trusting(String file) {
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
      throw new IllegalArgumentException(
          "ca-certificates: "
              + file
              + " cannot be used (expected: certificates in PEM form on this machine): "
              + e.getMessage(),
          e);
    }
  }
}
