package io.groundstream.console.embedded;

import io.groundstream.jobs.cli.LocalPorts;
import io.groundstream.jobs.cli.LocalServiceException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.JarFile;

/**
 * A Schema Registry on this machine: Apicurio Registry as a child process that keeps everything in
 * memory, listens on the loopback address only, and speaks Confluent's API.
 *
 * <p>The child ends with {@link #close()} and with this JVM, even if the JVM is killed. Its log
 * goes to a file. Thread-safe.
 */
public final class LocalRegistry implements AutoCloseable {
  /**
   * The system property with the folder of the unpacked distribution. If it is not set, the folder
   * is the one that the build unpacks it to.
   */
  public static final String HOME_PROPERTY = "groundstream.registry.home";

  private static final String API = "/apis/ccompat/v7";
  private static final String COMPATIBILITY = "FULL_TRANSITIVE";

  private final ChildProcess child;
  private final String url;

  private LocalRegistry(ChildProcess child, String url) {
    this.child = child;
    this.url = url;
  }

  /**
   * Starts a registry and returns when it answers, usually after three seconds.
   *
   * @param home the unpacked distribution
   * @param directory the directory of its log; created if missing
   * @param wantedPort the port to listen on, or 0 for a free port
   * @throws LocalServiceException if the port is taken, or the child ends or does not answer in
   *     time; the message shows the end of its log
   */
  public static LocalRegistry start(Path home, Path directory, int wantedPort)
      throws LocalServiceException, InterruptedException {
    int port = LocalPorts.choose("schema registry", wantedPort);
    String url = "http://" + LocalPorts.HOST + ":" + port + API;
    ChildProcess child;
    try {
      child = launch(runner(home), directory, port);
    } catch (IOException e) {
      throw new LocalServiceException("The schema registry did not start: " + e, e);
    }
    // Setting the compatibility is the first request of every start: the registry is ready when
    // that works.
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/config"))
            .timeout(Duration.ofSeconds(10))
            .header("Content-Type", "application/json")
            .PUT(
                HttpRequest.BodyPublishers.ofString(
                    "{\"compatibility\":\"" + COMPATIBILITY + "\"}"))
            .build();
    child.awaitReady(url, request);
    return new LocalRegistry(child, url);
  }

  /** Returns the URL of Confluent's API, such as {@code http://127.0.0.1:8081/apis/ccompat/v7}. */
  public String url() {
    return url;
  }

  /** Returns the process, so that callers can watch it. */
  public ProcessHandle process() {
    return child.handle();
  }

  /** Ends the child and waits until it has exited. */
  @Override
  public void close() {
    child.close();
  }

  private static Path runner(Path home) throws IOException, LocalServiceException {
    if (Files.isDirectory(home)) {
      try (DirectoryStream<Path> jars = Files.newDirectoryStream(home, "*-runner.jar")) {
        for (Path jar : jars) {
          return jar.toAbsolutePath();
        }
      }
    }
    throw new LocalServiceException(
        HOME_PROPERTY
            + ": "
            + home
            + " holds no *-runner.jar (expected: the unpacked distribution of Apicurio Registry;"
            + " the build puts it into jobs/console/target/apicurio-registry)");
  }

  private static ChildProcess launch(Path runner, Path directory, int port) throws IOException {
    String mainClass;
    try (JarFile jar = new JarFile(runner.toFile())) {
      mainClass = jar.getManifest().getMainAttributes().getValue("Main-Class");
    }
    return ChildProcess.start(
        "The schema registry",
        directory,
        "registry",
        List.of(
            // Enough for a handful of schemas, with a short start.
            "-Xmx384m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dquarkus.http.host=" + LocalPorts.HOST,
            "-Dquarkus.http.port=" + port,
            "-Dapicurio.storage.kind=sql",
            "-Dapicurio.storage.sql.kind=h2"),
        List.of(runner.toString()),
        List.of(mainClass));
  }
}
