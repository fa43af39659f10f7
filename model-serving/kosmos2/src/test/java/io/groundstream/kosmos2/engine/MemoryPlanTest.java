package io.groundstream.kosmos2.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.kosmos2.Kosmos2;
import io.groundstream.kosmos2.Kosmos2Options;
import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import io.groundstream.kosmos2.checkpoint.TensorInfo;
import io.groundstream.kosmos2.program.DeviceException;
import io.groundstream.kosmos2.program.DeviceMemory;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.LoadProgress;
import io.groundstream.kosmos2.program.Precision;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
  private static final Path TINY = Path.of("src/test/resources/checkpoints/random-tiny");

  private static EngineOptions wanted(int batch, long memoryBytes) {
    return new EngineOptions(batch, 4, memoryBytes, false);
  }

  @Test
  void weightsAreCountedInTheFormatThatIsComputedIn() throws Exception {
    Checkpoint checkpoint = Checkpoint.open(TINY);
    MemoryPlan full = MemoryPlan.of(checkpoint, DeviceSpec.CPU, Precision.FLOAT32);
    // The file is in float32. Its embeddings, 1,201 of width 64, are kept a second time for the
    // head, and there is a row for each of the positions.
    long positions = checkpoint.config().text().maxPositions() + 1L + 1;
    assertThat(full.weightBytes())
        .isEqualTo(checkpoint.weightBytes() + 4 * 64 * (1201 + positions));
    // A slot needs at least three layers of keys and values for 256 tokens of width 64.
    assertThat(full.slotBytes()).isGreaterThan(3 * 2 * 256 * 64 * 4);
    MemoryPlan half = MemoryPlan.of(checkpoint, DeviceSpec.CPU, Precision.FLOAT16);
    // Vectors and positions keep their precision, and float16 needs no second copy.
    long vectorBytes =
        checkpoint.tensors().values().stream()
            .filter(tensor -> tensor.shape().length == 1)
            .mapToLong(TensorInfo::byteCount)
            .sum();
    assertThat(half.weightBytes())
        .isEqualTo((checkpoint.weightBytes() - vectorBytes) / 2 + vectorBytes + 4 * 64 * positions);
  }

  @Test
  void theCacheIsAsLongAsItsLongestSequenceNeeds() throws Exception {
    Kosmos2Config config = Checkpoint.open(TINY).config();
    long ordinary = 48L * 3 * 2 * 256 * 64 * 2;
    // Sequences of 100 tokens occupy 128 positions.
    assertThat(MemoryPlan.cacheBytes(config, Precision.BFLOAT16, 48, 100)).isEqualTo(ordinary / 2);
    assertThat(MemoryPlan.cacheBytes(config, Precision.BFLOAT16, 24, 512)).isEqualTo(ordinary);
    assertThat(MemoryPlan.cacheBytes(config, Precision.FLOAT32, 48, 256)).isEqualTo(2 * ordinary);
    assertThat(MemoryPlan.featureBytes(config, Precision.FLOAT32, 10))
        .isEqualTo(10L * config.latentQueryCount() * 64 * 4);
  }

  @Test
  void asManySlotsAreMadeAsFit() throws Exception {
    MemoryPlan plan = new MemoryPlan(1_000_000, 100_000);
    assertThat(plan.fit(wanted(0, 1_450_000), DeviceSpec.CPU).maxBatchSize()).isEqualTo(4);
    assertThat(plan.fit(wanted(0, 1_000_000_000), DeviceSpec.CPU).maxBatchSize()).isEqualTo(48);
    assertThat(plan.fit(wanted(0, 0), DeviceSpec.CPU).maxBatchSize()).isEqualTo(48);
    assertThat(plan.fit(wanted(3, 1_450_000), DeviceSpec.CPU).maxBatchSize()).isEqualTo(3);
  }

  @Test
  void whatDoesNotFitIsRefusedWithWhatToSet() {
    MemoryPlan plan = new MemoryPlan(1_000_000_000, 100_000_000);
    assertThatThrownBy(() -> plan.fit(wanted(8, 1_500_000_000), DeviceSpec.CPU))
        .isInstanceOf(DeviceException.class)
        .hasMessage(
            "memory of cpu: 1.50 GB allowed (expected: >= 1.80 GB, which is 1.00 GB of weights and"
                + " 0.10 GB for each of 8 sequences at once). Set the batch size"
                + " (model.max-batch-size) to 5 or less, or allow more memory (model.memory).");
    assertThatThrownBy(() -> plan.fit(wanted(0, 900_000_000), DeviceSpec.CPU))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("Not even one fits: choose a smaller number format (model.dtype)");
    MemoryPlan vast = new MemoryPlan(1L << 50, 1);
    assertThatThrownBy(() -> vast.fit(wanted(1, 0), DeviceSpec.CPU))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining(" free (expected: >= ")
        .hasMessageContaining("free some memory of this device");
  }

  @Test
  void theFreeMemoryOfThisMachineIsKnown() {
    assertThat(DeviceMemory.free(DeviceSpec.CPU).orElse(0)).isBetween(1L << 20, 1L << 50);
  }

  @Test
  void aModelIsRefusedBeforeItIsLoadedAndRunsInWhatItIsGiven() throws Exception {
    Kosmos2Options.Builder builder =
        Kosmos2Options.builder(TINY).optDevice(DeviceSpec.CPU).optPrecision(Precision.FLOAT32);
    assertThatThrownBy(
            () -> Kosmos2.load(builder.optMemoryBytes(100_000).build(), LoadProgress.NONE))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("memory of cpu: 0.1 MB allowed");
    MemoryPlan plan = MemoryPlan.of(Checkpoint.open(TINY), DeviceSpec.CPU, Precision.FLOAT32);
    try (Kosmos2 model =
        Kosmos2.load(builder.optMemoryBytes(plan.bytes(5)).build(), LoadProgress.NONE)) {
      assertThat(model.statistics().get(EngineLevel.DEVICE_MEMORY_BYTES)).isEqualTo(plan.bytes(5));
      while (model.statistics().get(EngineLevel.SLOTS) == 0) {
        Thread.onSpinWait();
      }
      assertThat(model.statistics().get(EngineLevel.SLOTS)).isEqualTo(5);
    }
  }
}
