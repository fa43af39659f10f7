package io.groundstream.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * One process of a cluster: a JVM that can be frozen and killed, writes its log to a file, and ends
 * with this JVM, even if this JVM is killed. It runs on this machine or in a container.
 */
abstract class FlinkProcess implements AutoCloseable {
  private static final int LOG_TAIL_LINES = 30;

  private final Path log;

  /**
   * Names a process.
   *
   * @param log the file for its standard output and error
   */
  FlinkProcess(Path log) {
    this.log = log;
  }

  /** Returns the name of the log, without its suffix. */
  String name() {
    return log.getFileName().toString().replace(".log", "");
  }

  abstract boolean isAlive();

  /** Stops all its threads until it is thawed or killed. */
  abstract void freeze() throws Exception;

  abstract void thaw() throws Exception;

  /** Sends SIGKILL and returns when the process has ended. */
  abstract void kill() throws InterruptedException;

  /** Waits for the end, at most for the given time, and returns whether the process has ended. */
  abstract boolean endsWithin(Duration time) throws InterruptedException;

  /** Returns its exit status. */
  abstract int exitStatus();

  /** Waits until the process has ended successfully and returns its output. */
  String awaitEnd(long seconds) throws Exception {
    if (!endsWithin(Duration.ofSeconds(seconds))) {
      throw new AssertionError("Still running after " + seconds + " s: " + this);
    }
    if (exitStatus() != 0) {
      throw new AssertionError("Ended with status " + exitStatus() + ": " + this);
    }
    return log();
  }

  /** Returns the output so far. */
  String log() throws IOException {
    return Files.readString(log, StandardCharsets.UTF_8);
  }

  /** Returns the end of the log, for messages. */
  @Override
  public String toString() {
    try {
      List<String> lines = log().lines().toList();
      List<String> tail = lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size());
      return String.format(
          Locale.ROOT, "%s; %s ends with:%n%s", name(), log, String.join("\n", tail));
    } catch (IOException e) {
      return name() + " (" + e + ")";
    }
  }

  /** Ends the process at once; does nothing if it has already ended. */
  @Override
  public abstract void close();
}
