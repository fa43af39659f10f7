package io.groundstream.operators.device;

import io.groundstream.kosmos2.program.DeviceSpec;
import org.apache.flink.api.common.functions.RuntimeContext;

/** Decides where the model of a subtask runs. */
@FunctionalInterface
public interface DeviceChooser {
  /**
   * Returns the device for the subtask of the given context.
   *
   * @param configured what the configuration says
   */
  DeviceSpec choose(RuntimeContext context, DeviceSpec configured);

  /**
   * Returns the chooser for production: the GPU that Flink gave the task manager as external
   * resource {@code gpu}, else what the configuration says, of which {@code auto} ends at the CPU.
   * Of several GPUs the subtasks take turns.
   */
  static DeviceChooser externalResourceFirst() {
    return new ExternalResourceChooser();
  }
}
