package io.groundstream.kosmos2.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

class ProcessEndTest {
  private static final Path TINY = Path.of("src/test/resources/checkpoints/random-tiny");

  /** The exit code of a JVM ended by SIGTERM; a crashing one ends with SIGABRT. */
  private static final int ENDED_BY_SIGTERM = 128 + 15;

  @TempDir private Path directory;

  /** Without {@link ProcessEnd}, at least one process in five crashes. */
  @RepeatedTest(2)
  void aProcessThatComputesEndsCleanly() throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    EndlessComputation.class.getName(),
                    TINY.toAbsolutePath().toString()))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader output = process.inputReader()) {
      String line = output.readLine();
      while (line != null && !line.equals("computing")) {
        line = output.readLine();
      }
      assertThat(line).isEqualTo("computing");
      assertThat(process.waitFor(1500, TimeUnit.MILLISECONDS)).isFalse();
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(ENDED_BY_SIGTERM);
      assertThat(directory).isEmptyDirectory();
    } finally {
      process.destroyForcibly();
    }
  }
}
