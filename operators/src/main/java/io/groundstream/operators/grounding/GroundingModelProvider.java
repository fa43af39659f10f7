package io.groundstream.operators.grounding;

import io.groundstream.kosmos2.program.DeviceSpec;
import java.io.Serializable;

/** Opens the model in the process that needs it; it is sent there with the job. */
@FunctionalInterface
public interface GroundingModelProvider extends Serializable {
  /**
   * Returns a model on a device; all subtasks of a process that open the same model share it.
   *
   * @throws Exception if it cannot be loaded there; the job fails with it
   */
  GroundingModel open(DeviceSpec device) throws Exception;
}
