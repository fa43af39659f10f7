package io.groundstream.operators.device;

import io.groundstream.kosmos2.program.DeviceSpec;
import java.util.Set;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.api.common.functions.RuntimeContext;

/** Chooses the device for the model of a subtask. */
@FunctionalInterface
public interface DeviceChooser {
  /** The name of the external resource that GPUs are. */
  String EXTERNAL_RESOURCE = "gpu";

  /**
   * Returns the device for the subtask of the given context.
   *
   * @param configured the device in the configuration
   */
  DeviceSpec choose(RuntimeContext context, DeviceSpec configured);

  /**
   * Returns the chooser for production: a GPU that Flink assigned to the task manager as external
   * resource {@code gpu}, or else the configured device, where {@code auto} ends at the CPU.
   * Several GPUs are assigned to the subtasks in turn.
   */
  static DeviceChooser externalResourceFirst() {
    return new ExternalResourceChooser();
  }

  /**
   * Chooses as {@link #externalResourceFirst} does, for functions without a {@link RuntimeContext}.
   *
   * @param gpus what Flink assigned to the task manager as {@link #EXTERNAL_RESOURCE}
   * @param subtask the index of the subtask, from 0
   * @param configured the device in the configuration
   */
  static DeviceSpec choose(Set<ExternalResourceInfo> gpus, int subtask, DeviceSpec configured) {
    return ExternalResourceChooser.choose(
        gpus, subtask, configured, VisibleGpus.of(System.getenv()));
  }
}
