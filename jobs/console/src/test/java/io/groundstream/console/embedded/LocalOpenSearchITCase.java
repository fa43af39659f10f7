package io.groundstream.console.embedded;

import static io.groundstream.console.embedded.LocalServices.OPENSEARCH_HOME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.groundstream.jobs.cli.LocalServiceException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class LocalOpenSearchITCase {
  private static final Path TEMPLATE = Path.of("../../deploy/opensearch/groundstream-images.json");

  @TempDir Path folder;

  @Test
  void takesTheTemplateStemsAndKeepsItsData() throws Exception {
    ProcessHandle child;
    try (LocalOpenSearch node = LocalOpenSearch.start(OPENSEARCH_HOME, folder, 0)) {
      child = node.process();
      assertThat(node.url().toString()).startsWith("http://127.0.0.1:");
      assertThat(put(node, "/_index_template/groundstream-images", Files.readString(TEMPLATE)))
          .contains("\"acknowledged\":true");
      assertThat(put(node, "/groundstream-images-v1", "{}")).contains("\"acknowledged\":true");
      String document =
          "{\"image_id\":\"a\",\"attributes\":{\"camera\":\"north gate\"},\"entities\":"
              + "[{\"entity\":0,\"phrase\":\"two running dogs\",\"x_min\":0.25}]}";
      assertThat(put(node, "/groundstream-images-v1/_doc/a?refresh=true", document))
          .contains("\"result\":\"created\"");
      assertThat(found(node)).contains("\"value\":1");
      // A misspelt name must not create an index or a field.
      assertThat(put(node, "/groundstream-imagse/_doc/a", "{}")).contains("no such index");
      assertThat(put(node, "/groundstream-images-v1/_doc/b", "{\"colour\":1}"))
          .contains("strict_dynamic_mapping_exception");
    }
    assertThat(child.isAlive()).isFalse();
    try (LocalOpenSearch again = LocalOpenSearch.start(OPENSEARCH_HOME, folder, 0)) {
      assertThat(found(again)).contains("\"value\":1");
    }
  }

  @Test
  void diesWithAParentThatIsKilled() throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                OpenSearchHolder.class.getName(),
                OPENSEARCH_HOME.toString(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
      ProcessHandle child = ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow();
      assertThat(child.isAlive()).isTrue();
      parent.destroyForcibly();
      // Throws if the child is still running.
      child.onExit().get(20, TimeUnit.SECONDS);
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void whatStopsItIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatExceptionOfType(LocalServiceException.class)
          .isThrownBy(() -> LocalOpenSearch.start(OPENSEARCH_HOME, folder, taken.getLocalPort()))
          .withMessageContaining("port of OpenSearch: " + taken.getLocalPort() + " is taken");
    }
    assertThatExceptionOfType(LocalServiceException.class)
        .isThrownBy(() -> LocalOpenSearch.start(folder.resolve("none"), folder, 0))
        .withMessageContaining("holds no lib and classes");
    Path empty = folder.resolve("empty");
    Files.createDirectories(empty.resolve("lib"));
    Files.createDirectories(empty.resolve("classes"));
    assertThatExceptionOfType(LocalServiceException.class)
        .isThrownBy(() -> LocalOpenSearch.start(empty, folder, 0))
        .withMessageContaining("OpenSearch ended with status 1")
        .withMessageContaining("ClassNotFoundException");
  }

  private static String found(LocalOpenSearch node) throws Exception {
    String query =
        "{\"query\":{\"bool\":{\"filter\":[{\"term\":{\"attributes.camera\":\"north gate\"}},"
            + "{\"nested\":{\"path\":\"entities\",\"query\":"
            + "{\"match\":{\"entities.phrase\":\"a dog runs\"}}}}]}}}";
    return send(node, "POST", "/groundstream-images-v1/_search", query).body();
  }

  private static String put(LocalOpenSearch node, String path, String body) throws Exception {
    return send(node, "PUT", path, body).body();
  }

  private static HttpResponse<String> send(
      LocalOpenSearch node, String method, String path, String body) throws Exception {
    URI target = node.url().resolve(path);
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(target)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
  }
}
