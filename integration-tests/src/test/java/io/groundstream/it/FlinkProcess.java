package io.groundstream.it;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * One process of a cluster: a JVM that can be frozen and killed, writes its log to a file, and ends
 * with this JVM, however that dies.
 */
final class FlinkProcess implements AutoCloseable {
  /** Ends with its parent; stands alone in the class path, as nothing of the job may be there. */
  private static final String BOUND_MAIN = "io.groundstream.jobs.embedded.ParentBoundMain";

  private static final int LOG_TAIL_LINES = 30;

  private final String name;
  private final Process process;
  private final Path log;

  private FlinkProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts {@code mainClass} with the configuration in a folder.
   *
   * @param log where standard output and error go
   * @param classPath without anything of ours but the engine
   */
  static FlinkProcess start(
      Path configuration,
      Path log,
      List<Path> classPath,
      List<String> jvmOptions,
      String mainClass,
      List<String> arguments)
      throws IOException {
    Path boot = boot(configuration.resolve("boot"));
    StringBuilder path = new StringBuilder(boot.toString());
    classPath.forEach(jar -> path.append(':').append(jar.toAbsolutePath().normalize()));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", path.toString(), BOUND_MAIN, mainClass));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("FLINK_CONF_DIR", configuration.toString());
    // OpenMP's waiting threads must not spin away a core that other processes need.
    builder.environment().put("GOMP_SPINCOUNT", "2000");
    String name = log.getFileName().toString().replace(".log", "");
    return new FlinkProcess(name, builder.start(), log);
  }

  private static Path boot(Path folder) throws IOException {
    String file = BOUND_MAIN.replace('.', '/') + ".class";
    Path target = folder.resolve(file);
    if (Files.notExists(target)) {
      Files.createDirectories(target.resolveSibling("."));
      try (InputStream in = FlinkProcess.class.getClassLoader().getResourceAsStream(file)) {
        if (in == null) {
          throw new IOException("class path: " + file + " is missing (expected: in module jobs)");
        }
        Files.write(target, in.readAllBytes());
      }
    }
    return folder;
  }

  /** Returns the name of the log, without its suffix. */
  String name() {
    return name;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Stops all its threads where they are, until it is thawed or killed. */
  void freeze() throws Exception {
    signal("STOP");
  }

  void thaw() throws Exception {
    signal("CONT");
  }

  private void signal(String signal) throws Exception {
    List<String> command = List.of("kill", "-" + signal, Long.toString(process.pid()));
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new AssertionError(this + " took no signal " + signal);
    }
  }

  /** Sends SIGKILL and returns when the process is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Waits for the end, but not longer than told; returns whether the process has ended. */
  boolean endsWithin(Duration time) throws InterruptedException {
    return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits for a good end and returns what the process wrote. */
  String awaitEnd(long seconds) throws Exception {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      throw new AssertionError("Still running after " + seconds + " s: " + this);
    }
    if (process.exitValue() != 0) {
      throw new AssertionError("Ended with status " + process.exitValue() + ": " + this);
    }
    return log();
  }

  /** Returns what the process has written so far. */
  String log() throws IOException {
    return Files.readString(log, StandardCharsets.UTF_8);
  }

  /** The end of the log, for messages. */
  @Override
  public String toString() {
    try {
      List<String> lines = log().lines().toList();
      List<String> tail = lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size());
      return String.format(
          Locale.ROOT, "%s; %s ends with:%n%s", name, log, String.join("\n", tail));
    } catch (IOException e) {
      return name + " (" + e + ")";
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
