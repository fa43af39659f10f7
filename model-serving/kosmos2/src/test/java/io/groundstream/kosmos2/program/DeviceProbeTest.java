package io.groundstream.kosmos2.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.kosmos2.checkpoint.Checkpoint;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeviceProbeTest {
  private static final Path TINY = Path.of("src/test/resources/checkpoints/random-tiny");

  /** DJL itself terminates the process on some of these formats. */
  @ParameterizedTest
  @EnumSource(Precision.class)
  void everyNumberFormatCanBeMeasured(Precision precision) throws Exception {
    DeviceProbe probe =
        DeviceProbe.measure(Checkpoint.open(TINY).config(), DeviceSpec.CPU, precision, 1);
    assertThat(probe.flopsPerSecond()).isBetween(1e8, 1e15);
    assertThat(probe.bytesPerSecond()).isBetween(1e8, 1e13);
  }
}
