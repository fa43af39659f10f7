package io.groundstream.console.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.avro.Origin;
import io.groundstream.console.render.Thumbnail;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PageServerTest {
  private final EventLog log = new EventLog();
  private final Gallery gallery = new Gallery(5, log, PageServerTest::image, System::nanoTime);
  private final SearchHandler search =
      new SearchHandler(PageServerTest::find, gallery, log.run(), PageServerTest::image);
  private final PageHandler handler =
      new PageHandler(
          new HostCheck("127.0.0.1", List.of()), log, gallery, search, Map.of("keep", 5));
  private final HttpClient client = HttpClient.newHttpClient();
  private PageServer server;

  private static CompletableFuture<LoadedImage> image(Origin origin) {
    byte[] jpeg = origin.getPosition().getBytes(StandardCharsets.US_ASCII);
    return CompletableFuture.completedFuture(LoadedImage.of(new Thumbnail(jpeg, 40, 30)));
  }

  private static ViewSearch.Found find(String query, int limit) throws ViewSearchException {
    if (query.contains("(")) {
      throw new ViewSearchException("column 3: (", new IllegalArgumentException());
    }
    return new ViewSearch.Found(
        7, List.of(new ViewSearch.Hit("found", 40, 30, Records.origin(9), List.of())));
  }

  @BeforeEach
  void start() throws Exception {
    server = new PageServer("127.0.0.1", 0);
    server.start(handler);
  }

  @AfterEach
  void stop() {
    handler.closeStreams();
    server.close();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  private static String request(String target, String host) {
    return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
  }

  /** Sends a raw request and returns the raw answer. */
  private String raw(String request) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void everyAnswerForbidsWhatThePageDoesNotNeed() throws Exception {
    for (String path :
        List.of(
            "/",
            "/view.js",
            "/card.js",
            "/card.css",
            "/view.css",
            "/icon.svg",
            "/nothing",
            "/search")) {
      HttpResponse<String> answer = get(path);
      assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
          .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
          .doesNotContain("unsafe", "http:", "https:", "data:", "*");
      assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
      assertThat(answer.headers().firstValue("Cross-Origin-Resource-Policy"))
          .hasValue("same-origin");
      assertThat(answer.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
      assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
      assertThat(answer.headers().firstValue("Server")).isEmpty();
    }
    assertThat(get("/").body()).doesNotContain("<style", " style=", " onclick", "https://");
    assertThat(get("/palette.css").body()).startsWith(".c0 { --c: #");
  }

  @Test
  void onlyItsOwnFilesAreServed() throws Exception {
    for (String path :
        List.of(
            "/../view.css",
            "/%2e%2e/PageFiles.class",
            "/ViewPage.class",
            "/images/1.jpg",
            "/found/1.jpg",
            "//view.js",
            "/view.js/",
            "/events/x")) {
      String answer = raw(request(path, "localhost"));
      assertThat(answer).as(path).matches("(?s)HTTP/1.1 40[04] .*");
    }
    assertThat(raw("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"))
        .startsWith("HTTP/1.1 405 ");
  }

  @Test
  void strangersNamesAreRefused() throws Exception {
    for (String host : List.of("evil.example", "evil.example:80", "localhost.evil.example")) {
      assertThat(raw(request("/", host)))
          .startsWith("HTTP/1.1 421 ")
          .contains("--allow-host")
          .doesNotContain("<html");
    }
    assertThat(raw("GET / HTTP/1.0\r\n\r\n")).contains(" 421 ");
    assertThat(raw(request("http://evil.example/", "localhost"))).startsWith("HTTP/1.1 400 ");
    assertThat(raw(request("http://evil.example/", "evil.example"))).startsWith("HTTP/1.1 421 ");
  }

  @Test
  void aStreamBeginsWithAllAndGoesOnWhereItBroke() throws Exception {
    gallery.add(Records.image("before", "e", 1, 0));
    gallery.publish();
    String place;
    try (EventReader events = EventReader.open(server.port(), null)) {
      assertThat(events.until("ready")).containsExactly("reset", "card", "ready");
      assertThat(events.data).anyMatch(data -> data.contains("\"id\":\"before\""));
      place = events.awaitPlace();
      log.append(EventLog.frame("card", Map.of("id", "seen")));
      handler.wakeStreams();
      assertThat(events.until("card")).containsExactly("card");
      place = events.awaitPlace();
    }
    log.append(EventLog.frame("card", Map.of("id", "missed")));
    try (EventReader events = EventReader.open(server.port(), place)) {
      assertThat(events.until("card")).containsExactly("card");
      assertThat(events.data).containsExactly("{\"id\":\"missed\"}");
    }
    try (EventReader events = EventReader.open(server.port(), "another-7")) {
      assertThat(events.until("ready")).startsWith("reset");
    }
  }

  @Test
  void aBrowserThatDoesNotReadTakesNoMemoryAndStartsAnew() throws Exception {
    try (EventReader events = EventReader.open(server.port(), null)) {
      assertThat(events.until("ready")).startsWith("reset");
      long before = usedMemory();
      byte[] frame = EventLog.frame("card", Map.of("id", "x".repeat(10_000)));
      for (int event = 0; event < 40_000; event++) {
        log.append(frame.clone());
        if (event % 10 == 0) {
          handler.wakeStreams();
        }
      }
      // 400 MB passed through; the log holds 8.
      assertThat(usedMemory() - before).isLessThan(64L << 20);
      List<String> types = events.until("ready");
      assertThat(types).contains("reset").hasSizeLessThan(39_000);
    }
  }

  private static long usedMemory() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void searchesAreAnsweredOrExplained() throws Exception {
    assertThat(get("/search?q=a%20dog").body())
        .contains("\"total\":7", "\"id\":\"found\"", "/found/" + log.run() + "-1.jpg")
        .doesNotContain("error");
    assertThat(get("/found/" + log.run() + "-1.jpg").body()).isEqualTo("0:9");
    assertThat(get("/found/" + log.run() + "-2.jpg").statusCode()).isEqualTo(404);
    HttpResponse<String> wrong = get("/search?q=%28");
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).contains("\"error\":\"column 3: (\"");
    assertThat(get("/search").statusCode()).isEqualTo(400);
    assertThat(get("/search?q=" + "x".repeat(1001)).statusCode()).isEqualTo(400);
  }

  @Test
  void aTakenPortIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> new PageServer("127.0.0.1", port))
          .isInstanceOf(ViewException.class)
          .hasMessageStartingWith("--port: " + port + " cannot be listened on at 127.0.0.1")
          .hasMessageContaining("0 takes any");
    }
    assertThatThrownBy(() -> new PageServer("203.0.113.77", 0))
        .isInstanceOf(ViewException.class)
        .hasMessageStartingWith("--bind: 203.0.113.77 (expected: ");
  }

  /** Reads a stream of events as a browser does. */
  private static final class EventReader implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader lines;
    private final List<String> data = new ArrayList<>();
    private String place = "";

    private EventReader(Socket socket) throws Exception {
      this.socket = socket;
      InputStream in = socket.getInputStream();
      this.lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    static EventReader open(int port, @Nullable String seen) throws Exception {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      String header = seen == null ? "" : "Last-Event-ID: " + seen + "\r\n";
      socket
          .getOutputStream()
          .write(
              ("GET /events HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      return new EventReader(socket);
    }

    /** Returns the types of events up to and including the first event of the given type. */
    List<String> until(String last) throws Exception {
      List<String> types = new ArrayList<>();
      data.clear();
      while (true) {
        String line = next();
        if (line.startsWith("event: ")) {
          types.add(line.substring(7));
        } else if (line.startsWith("data: ")) {
          data.add(line.substring(6));
          if (types.get(types.size() - 1).equals(last)) {
            return types;
          }
        }
      }
    }

    String awaitPlace() throws Exception {
      while (place.isEmpty()) {
        String unused = next();
      }
      String found = place;
      place = "";
      return found;
    }

    private String next() throws Exception {
      String line = lines.readLine();
      if (line == null) {
        throw new AssertionError("the stream has ended");
      }
      if (line.startsWith("id: ")) {
        place = line.substring(4);
      }
      return line;
    }

    @Override
    public void close() throws Exception {
      socket.close();
    }
  }
}
