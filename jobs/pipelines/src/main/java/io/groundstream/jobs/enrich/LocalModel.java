package io.groundstream.jobs.enrich;

import io.groundstream.jobs.terminal.LoadingLine;
import io.groundstream.kosmos2.SharedModels;
import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.program.DeviceException;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.operators.grounding.ModelSettings;
import java.io.PrintWriter;

/**
 * Loads a job's model into this process before the job, which is to run in it too, asks for it: a
 * person sees how far it is, and what is wrong with it is said before anything else is started.
 */
public final class LocalModel {
  private LocalModel() {}

  /** Returns a use of the model; to be kept until the job has its own. */
  public static SharedModels.Lease load(ModelSettings settings, PrintWriter err)
      throws CheckpointException, DeviceException, InterruptedException {
    try (LoadingLine line = new LoadingLine(err)) {
      return SharedModels.acquire(settings.toOptions(DeviceSpec.parse(settings.device())), line);
    }
  }
}
