package io.groundstream.operators.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.kosmos2.program.DeviceSpec;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.junit.jupiter.api.Test;

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
    Set<ExternalResourceInfo> gpus = new LinkedHashSet<>();
    for (String index : indexes) {
      gpus.add(new Gpu(index));
    }
    return ExternalResourceChooser.choose(gpus, subtask, DeviceSpec.CPU);
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
    assertThatThrownBy(() -> choose(0, "GPU-abc")).hasMessageContaining("discovery script");
  }
}
