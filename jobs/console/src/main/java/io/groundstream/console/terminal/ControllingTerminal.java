package io.groundstream.console.terminal;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The terminal that this process was started from, through {@code stty}. */
final class ControllingTerminal {
  private static final File DEVICE = new File("/dev/tty");
  private static final Path STATUS = Path.of("/proc/self/stat");

  /** Far longer than the way to a terminal over a slow line, and short for a person. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final int MOST_CHARACTERS = 4096;
  private static final long STTY_SECONDS = 2;
  private static final int GROUP = 2;
  private static final int FOREGROUND_GROUP = 5;

  private ControllingTerminal() {}

  /**
   * Sends a question that ends in {@link TerminalDetection#ATTRIBUTES}, and returns the answers as
   * far as they come in time; empty if this process is not in the foreground of a terminal.
   */
  static String ask(String question) {
    if (!isInForeground()) {
      // The system stops a process that changes its terminal from the background.
      return "";
    }
    String before = stty("-g");
    if (before == null || before.isBlank()) {
      return "";
    }
    Thread restoring = new Thread(() -> stty(before.strip()), "restore-terminal");
    Runtime.getRuntime().addShutdownHook(restoring);
    try {
      // Reads end after a tenth of a second; nothing is shown that is not asked for.
      if (stty("-icanon", "-echo", "min", "0", "time", "1") == null) {
        return "";
      }
      return converse(question);
    } catch (IOException e) {
      return "";
    } finally {
      String unusedOutput = stty(before.strip());
      try {
        boolean unused = Runtime.getRuntime().removeShutdownHook(restoring);
      } catch (IllegalStateException e) {
        // The process is ending, and the hook runs.
      }
    }
  }

  private static String converse(String question) throws IOException {
    StringBuilder answers = new StringBuilder();
    try (OutputStream out = new FileOutputStream(DEVICE);
        InputStream in = new FileInputStream(DEVICE)) {
      out.write(question.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      long start = System.nanoTime();
      while (System.nanoTime() - start < PATIENCE.toNanos()
          && answers.length() < MOST_CHARACTERS
          && !TerminalDetection.ATTRIBUTES_ANSWER.matcher(answers).find()) {
        int character = in.read();
        if (character >= 0) {
          answers.append((char) character);
        }
      }
    }
    return answers.toString();
  }

  /** Returns whether the terminal is there, and reads of this process's group. */
  private static boolean isInForeground() {
    try {
      if (Files.exists(STATUS)) {
        String status = Files.readString(STATUS);
        // The name of the program, in parentheses, may contain anything.
        String[] fields = status.substring(status.lastIndexOf(')') + 2).split(" ", -1);
        return fields[GROUP].equals(fields[FOREGROUND_GROUP]);
      }
      // Elsewhere, the state of a process has a plus in the foreground.
      String state = run(List.of("ps", "-o", "stat=", "-p", "" + ProcessHandle.current().pid()));
      return state != null && state.contains("+");
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns the output of {@code stty}; null if it fails. */
  private static @Nullable String stty(String... arguments) {
    List<String> command = new ArrayList<>(List.of("stty"));
    command.addAll(List.of(arguments));
    return run(command);
  }

  private static @Nullable String run(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectInput(DEVICE).redirectError(Redirect.DISCARD).start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      if (!process.waitFor(STTY_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return null;
      }
      return process.exitValue() == 0 ? output : null;
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
