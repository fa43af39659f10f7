package io.groundstream.jobs.enrich;

import io.groundstream.jobs.terminal.LoadingLine;
import io.groundstream.model.SharedModels;
import io.groundstream.model.checkpoint.CheckpointException;
import io.groundstream.model.program.DeviceException;
import io.groundstream.model.program.DeviceSpec;
import io.groundstream.operators.config.ModelSettings;
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
