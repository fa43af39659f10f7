package io.groundstream.jobs.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;

/**
 * A Schema Registry on this machine: Apicurio Registry as a child process that keeps everything in
 * memory, listens on the loopback address only, and speaks Confluent's API.
 *
 * <p>The child ends with {@link #close()} and with this JVM, however that dies. Its log goes to a
 * file. Thread-safe.
 */
public final class LocalRegistry implements AutoCloseable {
  /**
   * The system property with the folder of the unpacked distribution. Where it is not set, the
   * folder is the one that the build unpacks it to.
   */
  public static final String HOME_PROPERTY = "groundstream.registry.home";

  private static final String API = "/apis/ccompat/v7";
  private static final String COMPATIBILITY = "FULL_TRANSITIVE";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int LOG_TAIL_LINES = 15;

  private final Process process;
  private final String url;

  private LocalRegistry(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /**
   * Starts a registry and returns when it answers, usually after three seconds.
   *
   * @param home the unpacked distribution
   * @param directory where its log goes; created if missing
   * @param wantedPort where it listens, or 0 for a free port
   * @throws LocalServiceException if the port is taken, or the child ends or does not answer in
   *     time; the message shows the end of its log
   */
  public static LocalRegistry start(Path home, Path directory, int wantedPort)
      throws LocalServiceException, InterruptedException {
    int port = LocalPorts.choose("schema registry", wantedPort);
    String url = "http://" + LocalPorts.HOST + ":" + port + API;
    Path log = directory.resolve("registry.log").toAbsolutePath();
    Process process;
    try {
      Files.createDirectories(directory);
      process = launch(runner(home), directory, log, port);
    } catch (IOException e) {
      throw new LocalServiceException("The schema registry did not start: " + e, e);
    }
    LocalRegistry registry = new LocalRegistry(process, url);
    boolean ready = false;
    try {
      registry.awaitReady(log);
      ready = true;
      return registry;
    } finally {
      if (!ready) {
        registry.close();
      }
    }
  }

  /** Returns where Confluent's API is, such as {@code http://127.0.0.1:8081/apis/ccompat/v7}. */
  public String url() {
    return url;
  }

  /** Returns the process, for watching over it. */
  public ProcessHandle process() {
    return process.toHandle();
  }

  /** Ends the child and waits until it is gone. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
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
            + " the build puts it into jobs/target/apicurio-registry)");
  }

  private static Process launch(Path runner, Path directory, Path log, int port)
      throws IOException {
    String mainClass;
    try (JarFile jar = new JarFile(runner.toFile())) {
      mainClass = jar.getManifest().getMainAttributes().getValue("Main-Class");
    }
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return new ProcessBuilder(
            java.toString(),
            // For a handful of schemas, and a start that does not keep anybody waiting.
            "-Xmx384m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dquarkus.http.host=" + LocalPorts.HOST,
            "-Dquarkus.http.port=" + port,
            "-Dapicurio.storage.kind=sql",
            "-Dapicurio.storage.sql.kind=h2",
            "-cp",
            runner + System.getProperty("path.separator") + bootClasses(directory),
            ParentBoundMain.class.getName(),
            mainClass)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  /** Puts the one class of ours that the child needs into a folder of its own. */
  private static Path bootClasses(Path directory) throws IOException {
    String file = ParentBoundMain.class.getName().replace('.', '/') + ".class";
    Path folder = directory.resolve("registry-boot").toAbsolutePath();
    Path target = folder.resolve(file);
    Files.createDirectories(target.resolveSibling("."));
    try (InputStream in = LocalRegistry.class.getClassLoader().getResourceAsStream(file)) {
      if (in == null) {
        throw new IOException("class path: " + file + " is missing (expected: beside its user)");
      }
      Files.write(target, in.readAllBytes());
    }
    return folder;
  }

  private void awaitReady(Path log) throws LocalServiceException, InterruptedException {
    HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    // Setting the compatibility is the first thing that it is needed for: ready when that works.
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/config"))
            .timeout(Duration.ofSeconds(10))
            .header("Content-Type", "application/json")
            .PUT(
                HttpRequest.BodyPublishers.ofString(
                    "{\"compatibility\":\"" + COMPATIBILITY + "\"}"))
            .build();
    String last = "no answer";
    while (System.nanoTime() < deadline) {
      try {
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() == 200) {
          return;
        }
        last = "status " + response.statusCode();
      } catch (IOException e) {
        last = e.toString();
      }
      if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
        throw new LocalServiceException(
            String.format(
                Locale.ROOT,
                "The schema registry ended with status %d; the end of its log %s:%n%s",
                process.exitValue(),
                log,
                tail(log)));
      }
    }
    throw new LocalServiceException(
        String.format(
            Locale.ROOT,
            "The schema registry did not answer at %s within %d s (%s); the end of its log %s:%n%s",
            url,
            PATIENCE.toSeconds(),
            last,
            log,
            tail(log)));
  }

  private static String tail(Path log) {
    try {
      List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
      return String.join(
          System.lineSeparator(),
          lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "(" + e + ")";
    }
  }
}
