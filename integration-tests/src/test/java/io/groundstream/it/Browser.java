package io.groundstream.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A real headless Chromium, controlled over its DevTools protocol, which needs nothing except the
 * browser. Not thread-safe.
 */
final class Browser implements AutoCloseable {
  /** The message if the machine has no browser. */
  static final String ADVICE =
      "There is no Chromium on PATH: install Debian's package chromium (apt-get install chromium),"
          + " or name one in the environment variable GROUNDSTREAM_CHROMIUM";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE_SECONDS = 30;

  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger lastId = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();

  /** Errors and warnings of the page and its console. */
  final List<String> complaints = new CopyOnWriteArrayList<>();

  /** The URLs of all requests by pages. */
  final List<String> requests = new CopyOnWriteArrayList<>();

  private Browser(Process process, URI page) throws Exception {
    this.process = process;
    this.socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(page, new Messages())
            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Returns the browser of this machine, or null if there is none. */
  static @Nullable Path find() {
    String named = System.getenv("GROUNDSTREAM_CHROMIUM");
    if (named != null) {
      return Path.of(named);
    }
    for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
      for (String name : List.of("chromium", "chromium-browser", "google-chrome", "chrome")) {
        Path file = Path.of(folder, name);
        if (Files.isExecutable(file)) {
          return file;
        }
      }
    }
    return null;
  }

  static Browser start(Path program, Path folder) throws Exception {
    Path profile = Files.createTempDirectory(folder, "profile");
    List<String> command = new ArrayList<>(List.of(program.toString(), "--headless=new"));
    // Containers do not permit the sandbox, and the shown pages are our own.
    command.addAll(List.of("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"));
    command.addAll(List.of("--no-first-run", "--no-default-browser-check", "--mute-audio"));
    command.addAll(List.of("--disable-background-networking", "--disable-component-update"));
    command.addAll(List.of("--disable-extensions", "--disable-sync", "--hide-scrollbars"));
    command.addAll(List.of("--remote-debugging-port=0", "--user-data-dir=" + profile));
    command.add("about:blank");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("browser.log").toFile())
            .start();
    try {
      String port = devToolsPort(process, profile.resolve("DevToolsActivePort"));
      Browser browser = new Browser(process, pageSocket(port));
      for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
        browser.call(domain + ".enable", Map.of());
      }
      browser.resize(1280, 800);
      return browser;
    } catch (Exception e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static String devToolsPort(Process process, Path file) throws Exception {
    for (int attempt = 0; attempt < 10 * PATIENCE_SECONDS; attempt++) {
      if (!process.isAlive()) {
        throw new AssertionError("the browser ended with " + process.exitValue());
      }
      if (Files.exists(file)) {
        List<String> lines = Files.readAllLines(file);
        if (lines.size() > 1) {
          return lines.get(0);
        }
      }
      Thread.sleep(100);
    }
    throw new AssertionError("the browser did not start");
  }

  private static URI pageSocket(String port) throws Exception {
    HttpRequest list =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list")).build();
    for (int attempt = 0; attempt < 10 * PATIENCE_SECONDS; attempt++) {
      String answer = HttpClient.newHttpClient().send(list, BodyHandlers.ofString()).body();
      for (JsonNode target : JSON.readTree(answer)) {
        if (target.get("type").asText().equals("page")) {
          return URI.create(target.get("webSocketDebuggerUrl").asText());
        }
      }
      Thread.sleep(100);
    }
    throw new AssertionError("the browser has no page");
  }

  /** Calls a method of the protocol and returns its result. */
  JsonNode call(String method, Map<String, ?> parameters) throws Exception {
    int id = lastId.incrementAndGet();
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", JSON.valueToTree(parameters));
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(id, answer);
    socket.sendText(message.toString(), true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    JsonNode result = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (result.has("error")) {
      throw new AssertionError(method + ": " + result.get("error"));
    }
    return result.get("result");
  }

  void open(String url) throws Exception {
    call("Page.navigate", Map.of("url", url));
    await("document.readyState === 'complete' && !location.href.startsWith('about:')");
  }

  void resize(int width, int height) throws Exception {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /** Emulates a media preference of the user. */
  void prefer(String feature, String value) throws Exception {
    call(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", feature, "value", value))));
  }

  /** Returns the value of a JavaScript expression in the page. */
  JsonNode evaluate(String expression) throws Exception {
    JsonNode result =
        call(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (result.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + result.get("exceptionDetails"));
    }
    JsonNode value = result.get("result").get("value");
    return value == null ? JSON.nullNode() : value;
  }

  String text(String expression) throws Exception {
    return evaluate(expression).asText();
  }

  /** Waits until a JavaScript expression is true. */
  void await(String expression) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!evaluate("Boolean(" + expression + ")").asBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "never: " + expression + "\nconsole: " + complaints + "\npage: " + pageText());
      }
      Thread.sleep(50);
    }
  }

  private String pageText() throws Exception {
    return text("document.body.innerText.slice(0, 2000)");
  }

  /** Moves the mouse to the centre of the first element that an expression selects. */
  void hover(String element) throws Exception {
    JsonNode middle =
        evaluate(
            "(() => { const e = "
                + element
                + "; e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect();"
                + " return [r.x + r.width / 2, r.y + r.height / 2]; })()");
    mouse("mouseMoved", middle.get(0).asDouble(), middle.get(1).asDouble());
  }

  void click(String element) throws Exception {
    hover(element);
    JsonNode middle =
        evaluate(
            "(() => { const r = "
                + element
                + ".getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()");
    mouse("mousePressed", middle.get(0).asDouble(), middle.get(1).asDouble());
    mouse("mouseReleased", middle.get(0).asDouble(), middle.get(1).asDouble());
  }

  void moveMouseAway() throws Exception {
    mouse("mouseMoved", 1, 1);
  }

  private void mouse(String type, double x, double y) throws Exception {
    call(
        "Input.dispatchMouseEvent",
        Map.of("type", type, "x", x, "y", y, "button", "left", "clickCount", 1));
  }

  /** Presses a key such as Tab, Enter or Escape. */
  void press(String key) throws Exception {
    int code =
        switch (key) {
          case "Tab" -> 9;
          case "Enter" -> 13;
          case "Escape" -> 27;
          case "ArrowLeft" -> 37;
          case "ArrowRight" -> 39;
          default -> throw new IllegalArgumentException(key);
        };
    String text = key.equals("Enter") ? "\r" : "";
    call(
        "Input.dispatchKeyEvent",
        Map.of(
            "type",
            "keyDown",
            "key",
            key,
            "code",
            key,
            "windowsVirtualKeyCode",
            code,
            "text",
            text));
    call(
        "Input.dispatchKeyEvent",
        Map.of("type", "keyUp", "key", key, "code", key, "windowsVirtualKeyCode", code));
  }

  /** Types text into the focused element. */
  void type(String text) throws Exception {
    call("Input.insertText", Map.of("text", text));
  }

  /** Writes a screenshot to a file, as JPEG. */
  void screenshot(Path file, int quality) throws Exception {
    JsonNode screenshot =
        call("Page.captureScreenshot", Map.of("format", "jpeg", "quality", quality));
    Files.write(file, Base64.getDecoder().decode(screenshot.get("data").asText()));
  }

  /** Reads the browser's messages. */
  private final class Messages implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(
        WebSocket webSocket, CharSequence data, boolean last) {
      message.append(data);
      if (last) {
        String whole = message.toString();
        message.setLength(0);
        try {
          take(JSON.readTree(whole));
        } catch (IOException e) {
          complaints.add("unreadable message: " + e);
        }
      }
      webSocket.request(1);
      return null;
    }

    private void take(JsonNode said) {
      if (said.has("id")) {
        CompletableFuture<JsonNode> answer = answers.remove(said.get("id").asInt());
        if (answer != null) {
          answer.complete(said);
        }
        return;
      }
      JsonNode parameters = said.path("params");
      switch (said.path("method").asText()) {
        case "Runtime.exceptionThrown" -> complaints.add(parameters.toString());
        case "Runtime.consoleAPICalled" -> {
          String type = parameters.path("type").asText();
          if (type.equals("error") || type.equals("warning")) {
            complaints.add(parameters.toString());
          }
        }
        case "Log.entryAdded" -> {
          String level = parameters.path("entry").path("level").asText();
          if (level.equals("error") || level.equals("warning")) {
            complaints.add(parameters.toString());
          }
        }
        case "Network.requestWillBeSent" ->
            requests.add(parameters.path("request").path("url").asText());
        default -> {
          // All other events are ignored.
        }
      }
    }
  }

  @Override
  public void close() {
    socket.abort();
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    children.forEach(ProcessHandle::destroyForcibly);
  }
}
