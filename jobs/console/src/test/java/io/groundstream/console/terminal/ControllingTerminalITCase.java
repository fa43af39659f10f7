package io.groundstream.console.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Asks real terminals: tmux, a terminal that answers nothing, and none. */
@Timeout(120)
class ControllingTerminalITCase {
  private static final long PATIENCE_SECONDS = 60;

  @TempDir Path folder;

  private static List<String> probe() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Dgroundstream.terminal.out=true",
        "-cp",
        System.getProperty("java.class.path"),
        TerminalProbe.class.getName());
  }

  private static String quoted(List<String> command) {
    List<String> quoted = new ArrayList<>();
    command.forEach(word -> quoted.add("'" + word.replace("'", "'\\''") + "'"));
    return String.join(" ", quoted);
  }

  /** Returns what a command printed, and skips the test where it is not there. */
  private static String run(List<String> command) throws Exception {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      assumeTrue(false, command.get(0) + " is not on this machine: " + e.getMessage());
      return "";
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  /** The state of the terminal is the same afterwards, and nothing is left in its input. */
  private Path script() throws IOException {
    return Files.writeString(
        folder.resolve("probe.sh"),
        """
        export KITTY_WINDOW_ID=1
        stty -g > %1$s/before
        %2$s > /dev/tty 2> %1$s/errors
        %2$s > %1$s/answer 2>> %1$s/errors
        stty -g > %1$s/after
        stty -icanon min 0 time 3
        cat > %1$s/left
        touch %1$s/done
        """
            .formatted("'" + folder + "'", quoted(probe())));
  }

  private void check() throws IOException {
    assertThat(folder.resolve("errors")).content().isEmpty();
    assertThat(Files.readString(folder.resolve("after")))
        .isNotBlank()
        .isEqualTo(Files.readString(folder.resolve("before")));
    assertThat(folder.resolve("left")).content().isEmpty();
  }

  @Test
  void tmuxAnswers() throws Exception {
    String version = run(List.of("tmux", "-V"));
    assumeTrue(version.startsWith("tmux "), version);
    List<String> tmux =
        List.of("tmux", "-f", "/dev/null", "-S", folder.resolve("socket").toString());
    List<String> start = new ArrayList<>(tmux);
    start.addAll(
        List.of("new-session", "-d", "-x", "80", "-y", "24", "sh '" + script() + "'; sleep 600"));
    assertThat(run(start)).isEmpty();
    try {
      Path done = folder.resolve("done");
      while (!Files.exists(done)) {
        // Looks at tmux meanwhile, which takes its time.
        List<String> alive = new ArrayList<>(tmux);
        alive.add("list-sessions");
        assertThat(run(alive)).contains("1 windows");
      }
      check();
      // Newer ones show sixels.
      assertThat(folder.resolve("answer")).content().containsPattern("probe: (NONE|SIXEL) after");
      List<String> capture = new ArrayList<>(tmux);
      capture.addAll(List.of("capture-pane", "-p"));
      assertThat(run(capture).strip()).matches("probe: (NONE|SIXEL) after \\d+ ms");
      List<String> title = new ArrayList<>(tmux);
      title.addAll(List.of("display-message", "-p", "#{pane_title}"));
      assertThat(run(title)).doesNotContain("Gi=31");
    } finally {
      List<String> end = new ArrayList<>(tmux);
      end.add("kill-server");
      String unused = run(end);
    }
  }

  /** {@code script} gives its child a terminal that does not answer. */
  @Test
  void aTerminalThatDoesNotAnswerIsNotWaitedForLong() throws Exception {
    String version = run(List.of("script", "--version"));
    assumeTrue(version.contains("util-linux"), version);
    String unused =
        run(List.of("script", "-q", "-e", "-c", "TERM=xterm sh '" + script() + "'", "/dev/null"));
    assertThat(folder.resolve("done")).exists();
    check();
    assertThat(folder.resolve("answer")).content().contains("probe: NONE after");
  }

  @Test
  void withoutATerminalThereIsNothingToAsk() throws Exception {
    List<String> command = new ArrayList<>(List.of("setsid", "-w"));
    command.addAll(probe());
    assertThat(run(command)).contains("probe: NONE after");
  }
}
