package io.groundstream.console.embedded;

import io.groundstream.jobs.cli.LocalPorts;
import io.groundstream.jobs.cli.LocalServiceException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * An OpenSearch node on this machine: a child process that keeps its data in a folder, forms its
 * own cluster, and listens on the loopback address only, without TLS and passwords. It has the
 * language analyzers and reindexing, and creates an index only on request.
 *
 * <pre>{@code
 * try (LocalOpenSearch node = LocalOpenSearch.start(home, Path.of("data"), 0)) {
 *   URI url = node.url();
 * }
 * }</pre>
 *
 * <p>The child ends with {@link #close()} and with this JVM, even if the JVM is killed. Its indices
 * remain in the folder, and a node that is started there again finds them. Its log is a file in
 * that folder. Thread-safe.
 */
public final class LocalOpenSearch implements AutoCloseable {
  /**
   * The system property with the folder that holds the node's {@code lib} and {@code classes}. If
   * it is not set, the folder is the one that the build fills.
   */
  public static final String HOME_PROPERTY = "groundstream.opensearch.home";

  private static final String MAIN_CLASS = "io.groundstream.opensearch.OpenSearchNode";

  private final ChildProcess child;
  private final URI url;

  private LocalOpenSearch(ChildProcess child, URI url) {
    this.child = child;
    this.url = url;
  }

  /**
   * Starts a node and returns when it accepts documents, usually after six seconds.
   *
   * @param home the folder with the node's jars
   * @param directory the directory of its data and its log; created if missing
   * @param wantedPort the port to listen on, or 0 for a free port
   * @throws LocalServiceException if the port is taken, or the child ends or does not answer in
   *     time; the message shows the end of its log
   */
  public static LocalOpenSearch start(Path home, Path directory, int wantedPort)
      throws LocalServiceException, InterruptedException {
    checkHome(home);
    int port = LocalPorts.choose("OpenSearch", wantedPort);
    int transportPort = LocalPorts.free();
    Path folder = directory.toAbsolutePath();
    URI url = URI.create("http://" + LocalPorts.HOST + ":" + port);
    ChildProcess child;
    try {
      child =
          ChildProcess.start(
              "OpenSearch",
              folder,
              "opensearch",
              List.of(
                  // The smallest heap that serves a demo without constant garbage collection.
                  "-Xms256m",
                  "-Xmx512m",
                  "-XX:+UseSerialGC",
                  "-Djava.awt.headless=true",
                  "-Dlog4j2.disable.jmx=true",
                  "-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp"))),
              List.of(
                  home.resolve("classes").toAbsolutePath().toString(),
                  home.resolve("lib").toAbsolutePath() + "/*"),
              List.of(
                  MAIN_CLASS,
                  folder.toString(),
                  LocalPorts.HOST,
                  Integer.toString(port),
                  Integer.toString(transportPort)));
    } catch (IOException e) {
      throw new LocalServiceException("OpenSearch did not start: " + e, e);
    }
    HttpRequest request =
        HttpRequest.newBuilder(url.resolve("/_cluster/health?wait_for_status=yellow&timeout=2s"))
            .timeout(Duration.ofSeconds(10))
            .build();
    child.awaitReady(url.toString(), request);
    return new LocalOpenSearch(child, url);
  }

  private static void checkHome(Path home) throws LocalServiceException {
    if (!Files.isDirectory(home.resolve("lib")) || !Files.isDirectory(home.resolve("classes"))) {
      throw new LocalServiceException(
          HOME_PROPERTY
              + ": "
              + home
              + " holds no lib and classes (expected: the folder of the OpenSearch node; the build"
              + " makes jobs/opensearch-node/target)");
    }
  }

  /** Returns the URL of its HTTP API, such as {@code http://127.0.0.1:9200}. */
  public URI url() {
    return url;
  }

  /** Returns the process, so that callers can watch it. */
  public ProcessHandle process() {
    return child.handle();
  }

  /** Ends the child and waits until it has exited; its data remain. */
  @Override
  public void close() {
    child.close();
  }
}
