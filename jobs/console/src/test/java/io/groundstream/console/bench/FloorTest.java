package io.groundstream.console.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import io.groundstream.kosmos2.program.DeviceProbe;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FloorTest {
  private static Floor floor(DeviceProbe device, double newTokens, int batch) throws Exception {
    Path tiny = Path.of("../../model-serving/kosmos2/src/test/resources/checkpoints/random-tiny");
    Kosmos2Config config = Checkpoint.open(tiny).config();
    return Floor.of(config, device, 72, newTokens, batch, Float.BYTES);
  }

  /** Prefill chooses the only token of such an answer, so the text weights are read once. */
  @Test
  void weightsAreReadOnceABatch() throws Exception {
    DeviceProbe slowMemory = new DeviceProbe(1e30, 1);
    // 3 layers of 64 wide with 160 inside, 1,201 tokens; 2 layers of 48 wide with 96 inside, 14 x
    // 14 patches, and the projection from 48 to 64.
    double text = 3 * (4 * 64 * 64 + 2 * 64 * 160) + 64 * 1201;
    double vision = 2 * (4 * 48 * 48 + 2 * 48 * 96) + 3 * 14 * 14 * 48 + 48 * 64 + 4 * 64 * 64;
    assertThat(floor(slowMemory, 1, 1).seconds()).isCloseTo(4 * (text + vision), within(1e-3));
    assertThat(floor(slowMemory, 1, 16).seconds())
        .isCloseTo(4 * (text + vision) / 16, within(1e-3));
  }

  @Test
  void everyFurtherTokenNeedsItsArithmetic() throws Exception {
    DeviceProbe slowArithmetic = new DeviceProbe(1, 1e30);
    double step = floor(slowArithmetic, 2, 1).seconds() - floor(slowArithmetic, 1, 1).seconds();
    double weights = 3 * (4 * 64 * 64 + 2 * 64 * 160) + 64 * 1201;
    double attention = 2 * 2 * 3 * 64 * 72.5;
    assertThat(step).isCloseTo(2 * weights + attention, within(1e-3));
  }

  @Test
  void theSlowerOfTheTwoCountsInEveryPhase() throws Exception {
    Floor both = floor(new DeviceProbe(1e9, 1e9), 50, 4);
    assertThat(both.seconds())
        .isGreaterThanOrEqualTo(Math.max(both.arithmeticSeconds(), both.bandwidthSeconds()))
        .isLessThan(both.arithmeticSeconds() + both.bandwidthSeconds());
  }
}
