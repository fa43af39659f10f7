package io.groundstream.operators.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.kosmos2.program.DeviceSpec;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExternalResourceChooserTest {
  private record Gpu(String index) implements ExternalResourceInfo {
    @Override
    public Optional<String> getProperty(String key) {
      return key.equals("index") ? Optional.of(index) : Optional.empty();
    }

    @Override
    public Collection<String> getKeys() {
      return List.of("index");
    }
  }

  private static DeviceSpec choose(int subtask, String... indexes) {
    return choose(Map.of(), subtask, indexes);
  }

  private static DeviceSpec choose(
      Map<String, String> environment, int subtask, String... indexes) {
    Set<ExternalResourceInfo> gpus = new LinkedHashSet<>();
    for (String index : indexes) {
      gpus.add(new Gpu(index));
    }
    return ExternalResourceChooser.choose(
        gpus, subtask, DeviceSpec.CPU, VisibleGpus.of(environment));
  }

  @Test
  void theConfigurationAppliesIfFlinkAssignsNoGpu() {
    assertThat(choose(0)).isEqualTo(DeviceSpec.CPU);
  }

  @Test
  void flinksGpuComesFirst() {
    assertThat(choose(5, "3")).isEqualTo(DeviceSpec.gpu(3));
  }

  @Test
  void subtasksTakeTurns() {
    assertThat(choose(0, "2", "1")).isEqualTo(DeviceSpec.gpu(1));
    assertThat(choose(1, "2", "1")).isEqualTo(DeviceSpec.gpu(2));
    assertThat(choose(2, "2", "1")).isEqualTo(DeviceSpec.gpu(1));
  }

  @Test
  void aBrokenDiscoveryScriptIsReported() {
    assertThatThrownBy(() -> choose(0, "index 3")).hasMessageContaining("discovery script");
  }

  /** CUDA numbers the devices that it shows, and Flink those of the machine. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2,3 | 2 | 0",
        "2,3 | 3 | 1",
        "3, 2 | 3 | 0",
        "GPU-a1,GPU-b2 | GPU-b2c4d6 | 1",
        "MIG-77 | 0 | 0",
        "MIG-77,MIG-78 | MIG-78 | 1",
        "1,-1,0 | 1 | 0",
      })
  void theGpuThatFlinkMeantIsTaken(String visible, String gpu, int device) {
    assertThat(choose(Map.of("CUDA_VISIBLE_DEVICES", visible), 0, gpu))
        .isEqualTo(DeviceSpec.gpu(device));
  }

  @Test
  void aGpuThatCudaDoesNotShowIsReported() {
    assertThatThrownBy(() -> choose(Map.of("CUDA_VISIBLE_DEVICES", "0,1"), 0, "2"))
        .hasMessage(
            "CUDA_VISIBLE_DEVICES: [0, 1] (expected: to contain 2, which Flink assigned to this"
                + " task manager)");
    for (String none : List.of("", "-1", "-1,2")) {
      assertThatThrownBy(() -> choose(Map.of("CUDA_VISIBLE_DEVICES", none), 0, "2"))
          .hasMessageStartingWith("CUDA_VISIBLE_DEVICES: [] (expected: to contain 2, ");
    }
    assertThatThrownBy(() -> choose(0, "MIG-77"))
        .hasMessageStartingWith("CUDA_VISIBLE_DEVICES: not set (expected: to contain MIG-77");
  }
}
