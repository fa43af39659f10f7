package io.groundstream.console.demo;

import io.groundstream.console.cli.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A {@code groundstream} process, as the launcher starts it, with its child processes. */
final class DemoProcess implements AutoCloseable {
  private final Process process;
  private final Path out;
  private final Path err;
  private final Set<ProcessHandle> children = new LinkedHashSet<>();

  private DemoProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  static DemoProcess start(Path folder, String... arguments) throws IOException {
    // A process that a shell starts in the background ignores Ctrl-C, and so do its children.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    command.addAll(
        List.of("-Dai.djl.offline=true", "-DRUST_FLAVOR=cpu", "-Djava.awt.headless=true"));
    for (String name : List.of("lang", "util", "nio", "time", "util.concurrent")) {
      command.add("--add-opens=java.base/java." + name + "=ALL-UNNAMED");
    }
    // No spinning, because other tests need the processors.
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Console.class.getName());
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("OMP_WAIT_POLICY", "passive");
    return new DemoProcess(builder.start(), out, err);
  }

  /** Waits until the process has printed the text. */
  void awaitOutput(String text) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(150);
    while (!out().contains(text)) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError("no '" + text + "' in:\n" + out() + err());
      }
      noteChildren();
      boolean ignored = process.waitFor(100, TimeUnit.MILLISECONDS);
    }
    noteChildren();
  }

  private void noteChildren() {
    process.descendants().forEach(children::add);
  }

  /** Waits until the process has ended and returns its exit code. */
  int awaitEnd() throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(150);
    while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
      noteChildren();
      if (System.nanoTime() > deadline) {
        throw new AssertionError("does not end:\n" + out() + err());
      }
    }
    return process.exitValue();
  }

  /** Sends SIGINT, as Ctrl-C does. */
  void interrupt() throws Exception {
    String pid = Long.toString(process.pid());
    if (new ProcessBuilder("kill", "-INT", pid).start().waitFor() != 0) {
      throw new AssertionError("kill failed");
    }
  }

  /**
   * Returns the known child processes that do not end. A child that is still starting ends as soon
   * as it notices that its parent is gone.
   */
  Collection<ProcessHandle> livingChildren() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (children.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < deadline) {
      Thread.sleep(100);
    }
    return children.stream().filter(ProcessHandle::isAlive).collect(Collectors.toSet());
  }

  int childrenSeen() {
    return children.size();
  }

  String out() throws IOException {
    return Files.readString(out, StandardCharsets.UTF_8);
  }

  /** Returns its standard error, without the progress that appears on slow machines. */
  String err() throws IOException {
    return Files.readString(err, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.startsWith("Loading the model ["))
        .map(line -> line + System.lineSeparator())
        .collect(Collectors.joining());
  }

  @Override
  public String toString() {
    try {
      return String.format(Locale.ROOT, "out:%n%s%nerr:%n%s", out(), err());
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
