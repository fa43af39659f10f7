package io.groundstream.operators.grounding;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.operators.device.LostDevice;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LostDeviceTest {
  /** A job that restarts in a process without its device would fail for ever. */
  @Test
  @Timeout(120)
  void theProcessEndsAndSaysWhy() throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    LostDeviceJob.class.getName()))
            .redirectErrorStream(true)
            .start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(output.strip().lines())
          .last()
          .isEqualTo(
              "The device is lost to this process: CUDA error: device-side assert triggered. No"
                  + " later call to it can succeed in this process, which ends with status 69 to be"
                  + " replaced.");
      assertThat(process.exitValue()).isEqualTo(LostDevice.EXIT_STATUS);
    } finally {
      process.destroyForcibly();
    }
  }
}
