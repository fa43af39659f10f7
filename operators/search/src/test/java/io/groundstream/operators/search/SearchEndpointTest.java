package io.groundstream.operators.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said where something else than a search result comes back. */
class SearchEndpointTest {
  private final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());
  private HttpServer server;
  private volatile int status = 200;
  private volatile String answer = "";

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          authorizations.add(
              String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          byte[] bytes = answer.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "200 | <html></html>        | the server there is not an OpenSearch (expected: JSON)",
        "200 | {\"fields\": {}}     | entities is missing (expected: nested)",
        "401 | Unauthorized         | a user is required (expected: a user with its" + " password",
        "403 | {\"error\": {\"reason\": \"no permissions\"}} | a request without a user may not"
            + " read it (expected: the permission 'read' on it; status 403, no permissions)",
        "404 | {\"error\": \"Not Found\"} | status 404, Not Found (expected: the address of an"
            + " OpenSearch)",
        "429 | {\"error\": {\"reason\": \"rejected\"}} | overloaded: status 429, rejected; ask"
            + " again later",
        "502 | <html>Bad Gateway</html> | OpenSearch failed: status 502",
      })
  void saysWhatToDo(int code, String body, String expected) {
    status = code;
    answer = body;

    assertThatExceptionOfType(SearchException.class)
        .isThrownBy(() -> ask(url(), null))
        .withMessageContaining(expected)
        .withMessageContaining(url().toString());
  }

  @Test
  void logsInAndTellsNoPassword() {
    status = 401;

    assertThatExceptionOfType(SearchException.class)
        .isThrownBy(() -> ask(url(), "ann"))
        .withMessageContaining("user ann or the password is refused")
        .satisfies(e -> assertThat(e.toString()).doesNotContain("sesame"));
    // ann:sesame
    assertThat(authorizations).containsExactly("Basic YW5uOnNlc2FtZQ==");
  }

  @Test
  void saysWhereNobodyAnswers() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    URI closed = URI.create("http://127.0.0.1:" + port);

    assertThatExceptionOfType(SearchException.class)
        .isThrownBy(() -> ask(closed, null))
        .withMessageStartingWith(closed + ": no answer")
        .withMessageContaining("(expected: an OpenSearch that runs");
  }

  @Test
  void saysWhereNoSecureConnectionComesAbout() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread answering =
          new Thread(
              () -> {
                // The client may retry; every request gets an answer.
                while (!plain.isClosed()) {
                  try (Socket socket = plain.accept()) {
                    socket
                        .getOutputStream()
                        .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8));
                    socket.getOutputStream().flush();
                    // Until the other side has gone.
                    socket.getInputStream().readAllBytes();
                  } catch (IOException e) {
                    // The other side may go as it likes.
                  }
                }
              });
      answering.setDaemon(true);
      answering.start();
      assertThatExceptionOfType(SearchException.class)
          .isThrownBy(() -> ask(URI.create("https://127.0.0.1:" + plain.getLocalPort()), null))
          .withMessageContaining("no secure connection");
    }
  }

  @Test
  void doesNotWaitForEver() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      URI url = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      IndexConnection connection =
          new IndexConnection(url, "images", null, null, Duration.ofMillis(300));

      assertThatExceptionOfType(SearchException.class)
          .isThrownBy(() -> new ImageSearch(connection).search(SearchRequest.of("dog", 1)))
          .withMessageContaining("no answer within 0.3 s");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost:9200", "ftp://host", "http://ann:sesame@host", "http://host?q", "/"})
  void refusesWhatIsNoAddressWithoutTellingIt(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IndexConnection.to(URI.create(url)))
        .withMessage(
            "url: is not the address of an index (expected: such as http://localhost:9200, without"
                + " user or query)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "*", "a,b", "_all", "../x", "a/_delete", "a?b", "Images", "a b"})
  void refusesWhatIsNoIndex(String index) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new IndexConnection(
                    URI.create("http://host"), index, null, null, Duration.ofSeconds(1)))
        .withMessageStartingWith("index: " + index + " (expected:");
  }

  @Test
  void refusesPagesBeyondReach() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SearchRequest("dog", 9_990, 20, SearchOrder.NEWEST))
        .withMessageStartingWith("offset + limit: 10010 (expected: <= 10000");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SearchRequest("dog", -1, 20, SearchOrder.NEWEST))
        .withMessageStartingWith("offset: -1 (expected: >= 0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SearchRequest.of("dog", -2))
        .withMessageStartingWith("limit: -2 (expected: >= 0)");
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private static void ask(URI url, @Nullable String user) throws Exception {
    new ImageSearch(
            new IndexConnection(
                url, "images", user, user == null ? null : "sesame", Duration.ofSeconds(10)))
        .search(SearchRequest.of("dog", 1));
  }
}
