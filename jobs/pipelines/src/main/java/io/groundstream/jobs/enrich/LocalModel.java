package io.groundstream.jobs.enrich;

import io.groundstream.jobs.terminal.LoadingLine;
import io.groundstream.kosmos2.SharedModels;
import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.program.DeviceException;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.operators.grounding.ModelSettings;
import java.io.PrintWriter;

/**
 * Loads a job's model into this process before the job, which runs in the same process, requests
 * it: the user sees the progress, and problems are reported before anything else starts.
 */
public final class LocalModel {
  private LocalModel() {}

  /** Returns a lease of the model. Keep it until the job has its own. */
  public static SharedModels.Lease load(ModelSettings settings, PrintWriter err)
      throws CheckpointException, DeviceException, InterruptedException {
    try (LoadingLine line = new LoadingLine(err)) {
      return SharedModels.acquire(settings.toOptions(DeviceSpec.parse(settings.device())), line);
    }
  }
}
