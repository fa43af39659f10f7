package io.groundstream.console.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.groundstream.console.cli.CommandRun;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class DemoITCase {
  private static final String NUMBER = "[01](\\.\\d+)?";
  private static final String BOX = "  box " + NUMBER + " " + NUMBER + " " + NUMBER + " " + NUMBER;

  @TempDir Path folder;

  @Test
  void showsEveryImageAndEndsByItself() throws Exception {
    Path output = folder.resolve("output");
    try (DemoProcess demo = DemoProcess.start(folder, "demo", "--output", output.toString())) {
      assertThat(demo.awaitEnd()).as(demo.toString()).isZero();
      List<String> lines = demo.out().lines().toList();
      for (int scene = 0; scene < 24; scene++) {
        String prefix = String.format("scene-%03d.jpg  grounded-caption  An image of ", scene);
        assertThat(lines).filteredOn(line -> line.startsWith(prefix)).hasSize(1);
      }
      for (String task :
          List.of("detailed-caption", "phrase-grounding", "referring-expression", "question")) {
        assertThat(lines).filteredOn(line -> line.contains(".jpg  " + task + "  ")).hasSize(6);
      }
      assertThat(lines)
          .filteredOn(line -> line.startsWith("  phrase "))
          .hasSizeGreaterThan(40)
          .allMatch(
              line -> line.matches("  phrase .+?(" + BOX + "  (confidence 0\\.\\d{3}|given))+"));
      assertThat(demo.out()).contains("24 images: 48 answers, ", " 0 dead letters, in ");
      assertThat(demo.childrenSeen()).isPositive();
      assertThat(demo.livingChildren()).isEmpty();
      assertThat(demo.err()).isEmpty();
    }
    assertThat(Files.readString(output.resolve("index.html"))).contains("scene-023.jpg");
    assertThat(output).isDirectoryNotContaining("glob:**/.groundstream*");
  }

  @Test
  void staysForMoreImagesUntilItIsInterrupted() throws Exception {
    Path output = folder.resolve("output");
    Path images = Files.createDirectory(folder.resolve("images"));
    Files.copy(Path.of("..", "demo-scenes", "scene-003.jpg"), images.resolve("mine.jpg"));
    Files.writeString(images.resolve("none.jpg"), "not an image");
    Path one = Files.createDirectory(folder.resolve("one"));
    Files.copy(Path.of("..", "demo-scenes", "scene-007.jpg"), one.resolve("first.jpg"));
    try (DemoProcess demo =
        DemoProcess.start(
            folder,
            "demo",
            "--keep-running",
            "--with-search",
            "--output",
            output.toString(),
            "--images",
            one.toString())) {
      demo.awaitOutput("Everything keeps running until Ctrl-C");
      JsonNode endpoints = new ObjectMapper().readTree(output.resolve("endpoints.json").toFile());
      String flink = endpoints.get("flink").asText();
      HttpRequest overview = HttpRequest.newBuilder(URI.create(flink + "/jobs/overview")).build();
      assertThat(HttpClient.newHttpClient().send(overview, BodyHandlers.ofString()).body())
          .contains("RUNNING");
      HttpRequest page = HttpRequest.newBuilder(URI.create(flink + "/")).build();
      assertThat(HttpClient.newHttpClient().send(page, BodyHandlers.ofString()).body())
          .contains("<html");
      HttpRequest view = HttpRequest.newBuilder(URI.create(endpoints.get("view").asText())).build();
      assertThat(HttpClient.newHttpClient().send(view, BodyHandlers.ofString()).body())
          .contains("<title>Groundstream</title>");
      demo.awaitOutput("Watch it at " + endpoints.get("view").asText());
      assertThat(demo.out())
          .contains("search  dog or cat  (1 images, ", "  first.jpg  two dogs 0.")
          .contains("search  mushroom  (0 images, ");
      assertThat(search(endpoints, "dog left of dog")).contains("\"id\":\"first.jpg\"");

      try (DemoProcess second = DemoProcess.start(folder, "demo", "--output", output.toString())) {
        assertThat(second.awaitEnd()).isEqualTo(3);
        assertThat(second.err()).startsWith("error: --output: ").contains("is in use");
      }
      assertThat(output.resolve("endpoints.json")).exists();

      CommandRun published =
          CommandRun.groundstream(
              "produce",
              "--topic",
              endpoints.get("topics").get("events").asText(),
              "--bootstrap-servers",
              endpoints.get("bootstrap_servers").asText(),
              "--schema-registry",
              endpoints.get("schema_registry").asText(),
              images.toString());
      assertThat(published.exitCode()).as(published.err()).isZero();
      demo.awaitOutput("mine.jpg  grounded-caption  An image of ");
      demo.awaitOutput("none.jpg  dead letter  decode-image/image-format-unknown: ");

      String found = search(endpoints, "image:mine*");
      for (int i = 0; i < 300 && !found.contains("\"id\":\"mine.jpg\""); i++) {
        Thread.sleep(100);
        found = search(endpoints, "image:mine*");
      }
      assertThat(found).contains("\"id\":\"mine.jpg\"");

      demo.interrupt();
      assertThat(demo.awaitEnd()).isEqualTo(130);
      assertThat(demo.livingChildren()).isEmpty();
      // The registry and OpenSearch.
      assertThat(demo.childrenSeen()).isGreaterThanOrEqualTo(2);
      assertThat(demo.err()).isEmpty();
    }
    assertThat(Files.readString(output.resolve("index.html"))).contains("first.jpg", "mine.jpg");
    assertThat(output).isDirectoryNotContaining("glob:**/.groundstream*");
  }

  /** Returns the page's answer to a query in its search field. */
  private static String search(JsonNode endpoints, String query) throws Exception {
    String page = endpoints.get("view").asText();
    URI uri = URI.create(page + "search?q=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
        .body();
  }

  @Test
  void endsCleanlyWhenItIsInterruptedWhileItStarts() throws Exception {
    Path output = folder.resolve("output");
    Path theirs = Files.createDirectories(output.resolve("data")).resolve("precious.txt");
    Files.writeString(theirs, "not the demo's");
    try (DemoProcess demo = DemoProcess.start(folder, "demo", "--output", output.toString())) {
      demo.awaitOutput("Starting Kafka");
      demo.interrupt();
      assertThat(demo.awaitEnd()).isEqualTo(130);
      assertThat(demo.livingChildren()).isEmpty();
      assertThat(demo.err()).isEmpty();
    }
    assertThat(output).isDirectoryNotContaining("glob:**/.groundstream*");
    assertThat(theirs).hasContent("not the demo's");
  }

  @Test
  void aTakenPortEndsItWithAMessage() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      for (String option :
          List.of("--kafka-port", "--registry-port", "--flink-port", "--view-port")) {
        Path output = folder.resolve("output" + option);
        try (DemoProcess demo =
            DemoProcess.start(
                folder, "demo", "--keep-running", "--output", output.toString(), option, port)) {
          assertThat(demo.awaitEnd()).isEqualTo(3);
          assertThat(demo.err())
              .startsWith("error: port of ")
              .contains(port + " is taken")
              .hasLineCount(1);
          assertThat(demo.livingChildren()).isEmpty();
        }
      }
    }
  }

  @Test
  void aFolderWithoutCheckpointOrImagesIsNamed() throws Exception {
    Path output = folder.resolve("output");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    try (DemoProcess demo =
        DemoProcess.start(
            folder, "demo", "--output", output.toString(), "--checkpoint", empty.toString())) {
      assertThat(demo.awaitEnd()).isEqualTo(3);
      assertThat(demo.err()).startsWith("error: --checkpoint: ").contains("config.json");
    }
    try (DemoProcess demo =
        DemoProcess.start(
            folder, "demo", "--output", output.toString(), "--images", empty.toString())) {
      assertThat(demo.awaitEnd()).isEqualTo(3);
      assertThat(demo.err()).startsWith("error: --images: ").contains("has no files");
    }
  }
}
