package io.groundstream.operators.device;

import io.groundstream.kosmos2.program.DeviceSpec;
import org.apache.flink.api.common.functions.RuntimeContext;

/** Chooses the device for the model of a subtask. */
@FunctionalInterface
public interface DeviceChooser {
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
}
