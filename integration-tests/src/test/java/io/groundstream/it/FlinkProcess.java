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
 * with this JVM, however that dies. It runs on this machine or in a container.
 */
abstract class FlinkProcess implements AutoCloseable {
  private static final int LOG_TAIL_LINES = 30;

  private final Path log;

  /**
   * Names a process.
   *
   * @param log where its standard output and error go
   */
  FlinkProcess(Path log) {
    this.log = log;
  }

  /** Returns the name of the log, without its suffix. */
  String name() {
    return log.getFileName().toString().replace(".log", "");
  }

  abstract boolean isAlive();

  /** Stops all its threads where they are, until it is thawed or killed. */
  abstract void freeze() throws Exception;

  abstract void thaw() throws Exception;

  /** Sends SIGKILL and returns when the process is gone. */
  abstract void kill() throws InterruptedException;

  /** Waits for the end, but not longer than told; returns whether the process has ended. */
  abstract boolean endsWithin(Duration time) throws InterruptedException;

  /** Returns the status with which it ended. */
  abstract int exitStatus();

  /** Waits for a good end and returns what the process wrote. */
  String awaitEnd(long seconds) throws Exception {
    if (!endsWithin(Duration.ofSeconds(seconds))) {
      throw new AssertionError("Still running after " + seconds + " s: " + this);
    }
    if (exitStatus() != 0) {
      throw new AssertionError("Ended with status " + exitStatus() + ": " + this);
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
          Locale.ROOT, "%s; %s ends with:%n%s", name(), log, String.join("\n", tail));
    } catch (IOException e) {
      return name() + " (" + e + ")";
    }
  }

  /** Ends it at once; nothing happens if it has ended. */
  @Override
  public abstract void close();
}
