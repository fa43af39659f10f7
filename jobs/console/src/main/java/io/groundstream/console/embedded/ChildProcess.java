package io.groundstream.console.embedded;

import io.groundstream.jobs.cli.LocalServiceException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A Java service in its own process, with its own class path. It ends with {@link #close()} and
 * with this JVM, even if the JVM is killed. Its output goes to a file. Thread-safe.
 */
final class ChildProcess implements AutoCloseable {
  private static final int LOG_TAIL_LINES = 15;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final String name;
  private final Process process;
  private final Path log;

  private ChildProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a process with this JVM's Java.
   *
   * @param name the service's name at the start of a sentence, such as {@code OpenSearch}
   * @param directory its working directory, which also holds its log; created if missing
   * @param service a short name for use in file names
   * @param options options of its JVM
   * @param classPath the class path of its classes
   * @param command its main class and arguments
   */
  static ChildProcess start(
      String name,
      Path directory,
      String service,
      List<String> options,
      List<String> classPath,
      List<String> command)
      throws IOException {
    Files.createDirectories(directory);
    Path log = directory.resolve(service + ".log").toAbsolutePath();
    List<String> classes = new ArrayList<>(classPath);
    classes.add(bootClasses(directory.resolve(service + "-boot").toAbsolutePath()).toString());
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(options);
    line.add("-cp");
    line.add(String.join(File.pathSeparator, classes));
    line.add(ParentBoundMain.class.getName());
    line.addAll(command);
    Process process =
        new ProcessBuilder(line)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return new ChildProcess(name, process, log);
  }

  /** Returns the process, so that callers can watch it. */
  ProcessHandle handle() {
    return process.toHandle();
  }

  /**
   * Waits until the service answers a request with status 200; ends it if it does not.
   *
   * @param place the address of the service, for the message
   * @throws LocalServiceException if it ends, or does not answer in time; the message shows the end
   *     of its log
   */
  void awaitReady(String place, HttpRequest request)
      throws LocalServiceException, InterruptedException {
    HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    boolean ready = false;
    try {
      awaitReady(place, client, request);
      ready = true;
    } finally {
      if (!ready) {
        close();
      }
    }
  }

  private void awaitReady(String place, HttpClient client, HttpRequest request)
      throws LocalServiceException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    String last = "no answer";
    while (System.nanoTime() < deadline) {
      try {
        int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status == 200) {
          return;
        }
        last = "status " + status;
      } catch (IOException e) {
        last = e.toString();
      }
      if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
        throw new LocalServiceException(
            String.format(
                Locale.ROOT,
                "%s ended with status %d; the end of its log %s:%n%s",
                name,
                process.exitValue(),
                log,
                tail(log)));
      }
    }
    throw new LocalServiceException(
        String.format(
            Locale.ROOT,
            "%s did not answer at %s within %d s (%s); the end of its log %s:%n%s",
            name,
            place,
            PATIENCE.toSeconds(),
            last,
            log,
            tail(log)));
  }

  /** Ends the child and waits until it has exited. */
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

  /** Writes the only class of this program that the child needs into the given folder. */
  private static Path bootClasses(Path folder) throws IOException {
    String file = ParentBoundMain.class.getName().replace('.', '/') + ".class";
    Path target = folder.resolve(file);
    Files.createDirectories(target.resolveSibling("."));
    try (InputStream in = ChildProcess.class.getClassLoader().getResourceAsStream(file)) {
      if (in == null) {
        throw new IOException("class path: " + file + " is missing (expected: beside its user)");
      }
      Files.write(target, in.readAllBytes());
    }
    return folder;
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
