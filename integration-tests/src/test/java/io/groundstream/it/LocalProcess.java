package io.groundstream.it;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of this machine. */
final class LocalProcess extends FlinkProcess {
  /** Ends with its parent; alone in the class path, which must contain nothing of the job. */
  private static final String BOUND_MAIN = "io.groundstream.console.embedded.ParentBoundMain";

  private final Process process;

  private LocalProcess(Process process, Path log) {
    super(log);
    this.process = process;
  }

  /**
   * Starts {@code mainClass} with the configuration in a folder.
   *
   * @param log the file for standard output and error
   * @param classPath the class path, with the engine but nothing else of the product
   */
  static LocalProcess start(
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
    builder.environment().put("FLINK_PLUGINS_DIR", configuration.resolve("plugins").toString());
    // OpenMP's waiting threads must not occupy cores that other processes need.
    builder.environment().put("GOMP_SPINCOUNT", "2000");
    // Few arenas, so that memory of a released model in glibc's arenas does not look like a leak.
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    return new LocalProcess(builder.start(), log);
  }

  private static Path boot(Path folder) throws IOException {
    String file = BOUND_MAIN.replace('.', '/') + ".class";
    Path target = folder.resolve(file);
    if (Files.notExists(target)) {
      Files.createDirectories(target.resolveSibling("."));
      try (InputStream in = LocalProcess.class.getClassLoader().getResourceAsStream(file)) {
        if (in == null) {
          throw new IOException("class path: " + file + " is missing (expected: in module jobs)");
        }
        Files.write(target, in.readAllBytes());
      }
    }
    return folder;
  }

  long pid() {
    return process.pid();
  }

  @Override
  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  void freeze() throws Exception {
    signal("STOP");
  }

  @Override
  void thaw() throws Exception {
    signal("CONT");
  }

  private void signal(String signal) throws Exception {
    List<String> command = List.of("kill", "-" + signal, Long.toString(process.pid()));
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new AssertionError(this + " did not accept the signal " + signal);
    }
  }

  @Override
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  boolean endsWithin(Duration time) throws InterruptedException {
    return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  int exitStatus() {
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
