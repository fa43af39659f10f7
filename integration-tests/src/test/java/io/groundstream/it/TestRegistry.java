package io.groundstream.it;

import io.groundstream.console.embedded.LocalRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** A schema registry for a test: a process of this machine, or a container of the same version. */
final class TestRegistry implements AutoCloseable {
  private static final Path HOME =
      Path.of(
          System.getProperty(
              LocalRegistry.HOME_PROPERTY, "../jobs/console/target/apicurio-registry"));
  private static final Pattern RUNNER = Pattern.compile("apicurio-registry-app-(.+)-runner\\.jar");
  private static final int PORT = 8080;
  private static final String API = "/apis/ccompat/v7";

  private final String url;
  private final AutoCloseable running;

  private TestRegistry(String url, AutoCloseable running) {
    this.url = url;
    this.running = running;
  }

  /**
   * Starts a registry that requires all versions of a schema to be compatible, and returns when it
   * answers.
   *
   * @param folder the folder for its log, if it is kept on this machine
   */
  static TestRegistry start(Path folder) throws Exception {
    if (!Containers.areWanted()) {
      LocalRegistry registry = LocalRegistry.start(HOME, folder, 0);
      return new TestRegistry(registry.url(), registry);
    }
    GenericContainer<?> container =
        new GenericContainer<>(
                DockerImageName.parse("apicurio/apicurio-registry").withTag(version()))
            .withExposedPorts(PORT)
            .withEnv("APICURIO_STORAGE_KIND", "sql")
            .withEnv("APICURIO_STORAGE_SQL_KIND", "h2")
            .waitingFor(
                Wait.forHttp(API + "/subjects")
                    .forPort(PORT)
                    .withStartupTimeout(Duration.ofMinutes(2)));
    container.start();
    String url = "http://" + container.getHost() + ":" + container.getMappedPort(PORT) + API;
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url + "/config"))
                    .timeout(Duration.ofSeconds(30))
                    .header("Content-Type", "application/json")
                    .PUT(
                        HttpRequest.BodyPublishers.ofString(
                            "{\"compatibility\":\"FULL_TRANSITIVE\"}"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      container.stop();
      throw new AssertionError("The registry answered " + answer + ": " + answer.body());
    }
    return new TestRegistry(url, container);
  }

  /** Returns the version of the distribution that the build unpacks. */
  private static String version() throws Exception {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(HOME, "*-runner.jar")) {
      for (Path jar : jars) {
        Matcher matcher = RUNNER.matcher(jar.getFileName().toString());
        if (matcher.matches()) {
          return matcher.group(1);
        }
      }
    }
    throw new AssertionError(HOME + " contains no jar that matches " + RUNNER);
  }

  /** Returns the URL of Confluent's API. */
  String url() {
    return url;
  }

  @Override
  public void close() throws Exception {
    running.close();
  }
}
