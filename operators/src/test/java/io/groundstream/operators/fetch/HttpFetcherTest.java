package io.groundstream.operators.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.groundstream.kosmos2.ErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a real server on loopback, which is opened for that, and names of the test's own. */
class HttpFetcherTest {
  private static final int MAX_BYTES = 1000;

  private final ExecutorService serving = Executors.newCachedThreadPool();
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();
  private final Map<String, Queue<String>> names = new ConcurrentHashMap<>();
  private final List<HttpFetcher> fetchers = new ArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private @Nullable HttpServer server;

  @BeforeEach
  void startServer() throws IOException {
    HttpServer started =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    started.setExecutor(serving);
    started.start();
    server = started;
    // For tests that name no address of their own, so that they reach this machine only.
    name("good.example", "127.0.0.1");
  }

  @AfterEach
  void stop() {
    end.countDown();
    fetchers.forEach(HttpFetcher::close);
    server().stop(0);
    serving.shutdownNow();
  }

  private HttpServer server() {
    if (server == null) {
      throw new IllegalStateException("not started");
    }
    return server;
  }

  private int port() {
    return server().getAddress().getPort();
  }

  private String link(String path) {
    return "http://good.example:" + port() + path;
  }

  /** What a name resolves to; where there are several, one after the other, the last for ever. */
  private void name(String host, String... addresses) {
    names.put(host, new ConcurrentLinkedQueue<>(List.of(addresses)));
  }

  private List<InetAddress> resolve(String host) throws UnknownHostException {
    Queue<String> addresses = names.get(host);
    if (addresses == null) {
      if (host.matches("[0-9.]+|.*:.*")) {
        return List.of(InetAddress.getByName(host));
      }
      throw new UnknownHostException(host);
    }
    String address = addresses.size() > 1 ? addresses.remove() : addresses.element();
    return List.of(InetAddress.getByName(address));
  }

  private void serve(String path, Handler handler) {
    server()
        .createContext(
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

  private interface Handler {
    void handle(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private void redirect(String from, String to) {
    serve(
        from,
        exchange -> {
          exchange.getResponseHeaders().set("Location", to);
          answer(exchange, 302, "");
        });
  }

  private HttpFetcher fetcher() {
    return fetcher(List.of("127.0.0.1"), Duration.ofSeconds(5), 3, 8);
  }

  private HttpFetcher fetcher(
      List<String> opened, Duration transferTimeout, int attempts, int perHost) {
    HttpFetcher fetcher;
    try {
      fetcher =
          new HttpFetcher(
              new HttpFetchSettings(
                  List.of(
                      HostPattern.parse("good.example:" + port()),
                      HostPattern.parse("*.other.example:" + port()),
                      HostPattern.parse("*.other.example:1"),
                      HostPattern.parse("127.0.0.1:" + port())),
                  opened.stream().map(AddressBlock::parse).toList(),
                  true,
                  Duration.ofSeconds(5),
                  Duration.ofSeconds(30),
                  transferTimeout,
                  Duration.ofSeconds(30),
                  attempts,
                  3,
                  16,
                  perHost,
                  RequestHeaders.DEFAULT),
              MAX_BYTES,
              new ByteBudget(1 << 20),
              this::resolve);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    fetchers.add(fetcher);
    return fetcher;
  }

  private static String text(CompletableFuture<FetchedImage> fetched) throws Exception {
    try (FetchedImage image = fetched.get(20, TimeUnit.SECONDS)) {
      return new String(image.bytes(), UTF_8);
    }
  }

  private static void assertFails(CompletableFuture<FetchedImage> fetched, ErrorCode code) {
    Throwable failure = catchThrowable(() -> fetched.get(20, TimeUnit.SECONDS));
    assertThat(failure.getCause()).isInstanceOf(GroundingException.class);
    assertThat(((GroundingException) failure.getCause()).errorCode())
        .as(failure.getMessage())
        .isEqualTo(code);
  }

  @Test
  void fetches() throws Exception {
    serve("/a", exchange -> answer(exchange, 200, "picture"));
    serve(
        "/chunked",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write("x".repeat(MAX_BYTES).getBytes(UTF_8));
        });

    assertThat(text(fetcher().fetch(link("/a?x=1#fragment"), null))).isEqualTo("picture");
    assertThat(text(fetcher().fetch(link("/chunked"), null))).hasSize(MAX_BYTES);
  }

  @Test
  void endsWhereTheLimitIsWhateverIsSaid() {
    serve("/said", exchange -> answer(exchange, 200, "x".repeat(MAX_BYTES + 1)));
    serve(
        "/endless",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream out = exchange.getResponseBody()) {
            while (end.getCount() > 0) {
              out.write(new byte[4096]);
            }
          }
        });

    assertFails(fetcher().fetch(link("/said"), null), OperatorErrorCode.FETCH_TOO_LARGE);
    assertFails(fetcher().fetch(link("/endless"), null), OperatorErrorCode.FETCH_TOO_LARGE);
  }

  @Test
  void followsRedirectionsWithinLimits() throws Exception {
    serve("/a", exchange -> answer(exchange, 200, "picture"));
    redirect("/relative", "/a");
    redirect("/absolute", link("/relative"));
    redirect("/round", "/round");
    redirect("/nonsense", "http://[");

    assertThat(text(fetcher().fetch(link("/absolute"), null))).isEqualTo("picture");
    assertFails(fetcher().fetch(link("/round"), null), OperatorErrorCode.TOO_MANY_REDIRECTS);
    assertFails(fetcher().fetch(link("/nonsense"), null), OperatorErrorCode.URI_INVALID);
    assertThat(asked.stream().filter("/round"::equals)).hasSize(4);
  }

  /** What the first line of each request names, as it stands on the wire. */
  @Test
  void redirectionsLeadWhereBrowsersGo() throws Exception {
    Queue<String> lines = new ConcurrentLinkedQueue<>();
    Map<String, String> locations =
        Map.of(
            "/dir/query.jpg", "?sig=2",
            "/dir/space", "with space.jpg",
            "/dir/pipe", "../a|b{1}.jpg#part",
            "/dir/utf8", new String("/café.jpg".getBytes(UTF_8), ISO_8859_1),
            "/dir/latin1", "/caf\u00e9.jpg",
            "/dir/percent", "50%off%20.jpg?a%2Fb+c",
            "/dir/host", "//good.example:" + port() + "/by-host");
    serve(
        "/",
        exchange -> {
          String line = exchange.getRequestURI().toString();
          lines.add(line);
          String location = locations.get(line);
          if (location == null) {
            answer(exchange, 200, line);
          } else {
            exchange.getResponseHeaders().set("Location", location);
            answer(exchange, 302, "");
          }
        });
    Map<String, String> expected =
        Map.of(
            "/dir/query.jpg", "/dir/query.jpg?sig=2",
            "/dir/space", "/dir/with%20space.jpg",
            "/dir/pipe", "/a%7Cb%7B1%7D.jpg",
            "/dir/utf8", "/caf%C3%A9.jpg",
            "/dir/latin1", "/caf%E9.jpg",
            "/dir/percent", "/dir/50%25off%20.jpg?a%2Fb+c",
            "/dir/host", "/by-host");
    for (Map.Entry<String, String> redirection : expected.entrySet()) {
      assertThat(text(fetcher().fetch(link(redirection.getKey()), null)))
          .isEqualTo(redirection.getValue());
      assertThat(lines).containsExactly(redirection.getKey(), redirection.getValue());
      lines.clear();
    }
  }

  @Test
  void hostsAreConvertedBeforeTheyAreLookedAt() throws Exception {
    serve("/", exchange -> answer(exchange, 200, exchange.getRequestHeaders().getFirst("Host")));
    name("xn--bcher-kva.other.example", "127.0.0.1");
    name("my_images.other.example", "127.0.0.1");
    for (String host : List.of("Bücher.other.example", "b%C3%BCcher。other.example.")) {
      assertThat(text(fetcher().fetch("http://" + host + ":" + port() + "/", null)))
          .isEqualTo("xn--bcher-kva.other.example:" + port());
    }
    String underscore = "http://my_images.other.example:" + port();
    assertThat(text(fetcher().fetch(underscore, null)))
        .isEqualTo("my_images.other.example:" + port());
  }

  @Test
  void redirectionsAreCheckedLikeLinks() {
    name("inward.other.example", "10.0.0.1");
    redirect("/to-host", "http://evil.example/");
    redirect("/to-port", "http://good.example:22/");
    redirect("/to-inward", "http://inward.other.example:" + port() + "/");
    redirect("/to-file", "file:///etc/passwd");
    redirect("/to-user", "http://user:secret@good.example:" + port() + "/");

    HttpFetcher fetcher = fetcher();
    assertFails(fetcher.fetch(link("/to-host"), null), OperatorErrorCode.HOST_NOT_ALLOWED);
    assertFails(fetcher.fetch(link("/to-port"), null), OperatorErrorCode.HOST_NOT_ALLOWED);
    assertFails(fetcher.fetch(link("/to-inward"), null), OperatorErrorCode.ADDRESS_NOT_ALLOWED);
    assertFails(fetcher.fetch(link("/to-file"), null), OperatorErrorCode.URI_INVALID);
    assertFails(fetcher.fetch(link("/to-user"), null), OperatorErrorCode.URI_NOT_ALLOWED);
  }

  @Test
  void reachesNothingInward() {
    serve("/", exchange -> answer(exchange, 200, "secret"));
    name("loopback.other.example", "127.0.0.1");
    name("mapped.other.example", "::ffff:127.0.0.1");
    name("metadata.other.example", "169.254.169.254");
    name("six.other.example", "::1");
    HttpFetcher fetcher = fetcher(List.of(), Duration.ofSeconds(5), 1, 8);

    for (String host :
        List.of(
            "127.0.0.1",
            "loopback.other.example",
            "mapped.other.example",
            "metadata.other.example",
            "six.other.example")) {
      assertFails(
          fetcher.fetch("http://" + host + ":" + port() + "/", null),
          OperatorErrorCode.ADDRESS_NOT_ALLOWED);
    }
    // Other ways to write it are no hosts that are allowed.
    for (String host : List.of("127.1", "2130706433", "0x7f.0.0.1", "[::1]", "localhost")) {
      assertThatThrownBy(() -> fetcher.fetch("http://" + host + ":" + port() + "/", null).get())
          .hasMessageContaining("expected");
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void connectsToTheAddressThatWasChecked() throws Exception {
    serve("/", exchange -> answer(exchange, 200, "picture"));
    // Had the name been asked for again in order to connect, it would lead elsewhere.
    name("rebinding.other.example", "127.0.0.1", "127.0.0.2");
    HttpFetcher fetcher = fetcher(List.of("127.0.0.1"), Duration.ofSeconds(5), 1, 8);
    String uri = "http://rebinding.other.example:" + port() + "/";

    assertThat(text(fetcher.fetch(uri, null))).isEqualTo("picture");
    assertFails(fetcher.fetch(uri, null), OperatorErrorCode.ADDRESS_NOT_ALLOWED);
    assertThat(asked).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://good.example",
        "http://good.example:1/",
        "http://evil.example/",
        "http:///a",
        "http://good.example@evil.example/",
        "http://other.example:1/",
        "http://xother.example:1/",
        "https://",
        "http://good.example:99999/",
        "ftp://good.example/",
        "http:good.example",
        "http://good example/",
        "http://user@good.example/",
        "http://[::1"
      })
  void refusesOtherLinks(String uri) {
    assertThatThrownBy(() -> fetcher().fetch(uri, null).get())
        .hasCauseInstanceOf(GroundingException.class)
        .hasMessageContaining("expected");
    assertThat(asked).isEmpty();
  }

  @Test
  void nothingSecretIsTold() {
    serve("/", exchange -> answer(exchange, 403, ""));
    for (String uri :
        List.of(link("/?token=secret"), "http://user:secret@good.example/", "http://x y/?secret")) {
      assertThatThrownBy(() -> fetcher().fetch(uri, null).get()).hasMessageNotContaining("secret");
    }
  }

  @Test
  void triesAgainWhatMayPass() throws Exception {
    AtomicInteger count = new AtomicInteger();
    serve(
        "/later",
        exchange -> {
          if (count.incrementAndGet() < 3) {
            exchange.getResponseHeaders().set("Retry-After", "1");
            answer(exchange, 503, "");
          } else {
            answer(exchange, 200, "picture");
          }
        });
    serve("/never", exchange -> answer(exchange, 500, ""));
    serve("/gone", exchange -> answer(exchange, 404, ""));
    serve("/forbidden", exchange -> answer(exchange, 403, ""));

    Instant before = Instant.now();
    assertThat(text(fetcher().fetch(link("/later"), null))).isEqualTo("picture");
    assertThat(Duration.between(before, Instant.now())).isGreaterThan(Duration.ofSeconds(2));
    assertFails(fetcher().fetch(link("/never"), null), OperatorErrorCode.HOST_UNAVAILABLE);
    assertThat(asked.stream().filter("/never"::equals)).hasSize(3);
    assertFails(fetcher().fetch(link("/forbidden"), null), OperatorErrorCode.HTTP_REFUSED);
    assertThat(asked.stream().filter("/forbidden"::equals)).hasSize(1);
    assertFails(fetcher().fetch(link("/gone"), null), OperatorErrorCode.IMAGE_NOT_FOUND);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Fri, 31 Dec 9999 23:59:59 GMT", "999999999", "-1", "soon"})
  void aHostThatWantsToBeLeftAloneForAgesIsGivenUp(String retryAfter) {
    serve(
        "/rest",
        exchange -> {
          exchange.getResponseHeaders().set("Retry-After", retryAfter);
          answer(exchange, 503, "");
        });

    assertFails(fetcher().fetch(link("/rest"), null), OperatorErrorCode.HOST_UNAVAILABLE);
  }

  @Test
  void whoDripsIsLeft() {
    serve(
        "/drip",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          OutputStream out = exchange.getResponseBody();
          while (!end.await(100, TimeUnit.MILLISECONDS)) {
            out.write(1);
            out.flush();
          }
        });

    HttpFetcher fetcher = fetcher(List.of("127.0.0.1"), Duration.ofSeconds(1), 1, 8);
    assertFails(fetcher.fetch(link("/drip"), null), OperatorErrorCode.FETCH_TIMEOUT);
    assertFails(
        fetcher().fetch(link("/drip"), Instant.now().plusMillis(500)),
        OperatorErrorCode.DEADLINE_EXCEEDED);
  }

  @Test
  void aSlowHostKeepsOnlyItsOwnWaiting() throws Exception {
    name("slow.other.example", "127.0.0.1");
    serve("/slow", exchange -> end.await());
    serve("/fast", exchange -> answer(exchange, 200, "picture"));
    HttpFetcher fetcher = fetcher(List.of("127.0.0.1"), Duration.ofSeconds(30), 1, 4);

    List<CompletableFuture<FetchedImage>> slow = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      slow.add(fetcher.fetch("http://slow.other.example:" + port() + "/slow", null));
    }
    for (int i = 0; i < 50; i++) {
      assertThat(text(fetcher.fetch(link("/fast"), null))).isEqualTo("picture");
    }
    assertThat(slow).noneMatch(CompletableFuture::isDone);
    assertThat(asked.stream().filter("/slow"::equals)).hasSizeLessThanOrEqualTo(4);
  }

  @Test
  void aHostThatFailsOftenIsLeftAlone() {
    name("down.other.example", "127.0.0.1");
    HttpFetcher fetcher = fetcher(List.of("127.0.0.1"), Duration.ofSeconds(5), 1, 8);
    String uri = "http://down.other.example:1/";

    for (int i = 0; i < 10; i++) {
      assertFails(fetcher.fetch(uri, null), OperatorErrorCode.FETCH_FAILED);
    }
    assertFails(fetcher.fetch(uri, null), OperatorErrorCode.HOST_UNAVAILABLE);
  }

  @Test
  void aNameThatIsNoneIsToldSo() {
    assertFails(
        fetcher().fetch("http://none.other.example:" + port() + "/", null),
        OperatorErrorCode.HOST_UNKNOWN);
  }

  @Test
  void cancellingEndsTheTransfer() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch broken = new CountDownLatch(1);
    serve(
        "/a",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          OutputStream out = exchange.getResponseBody();
          begun.countDown();
          try {
            while (!end.await(20, TimeUnit.MILLISECONDS)) {
              out.write(1);
              out.flush();
            }
          } catch (IOException e) {
            broken.countDown();
          }
        });

    CompletableFuture<FetchedImage> fetched = fetcher().fetch(link("/a"), null);
    assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();
    fetched.cancel(true);
    assertThat(broken.await(1, TimeUnit.MINUTES)).isTrue();
  }
}
