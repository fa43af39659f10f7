package io.groundstream.operators.grounding;

import io.groundstream.kosmos2.engine.EngineStoppedException;
import io.groundstream.schemas.RegistryUnavailableException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;

/** Distinguishes failures of the job from those of an event. */
final class JobFailures {
  private JobFailures() {}

  /** Returns whether a failure is about the process or its surroundings, and affects all events. */
  static boolean failsTheJob(Throwable e) {
    if (e instanceof StackOverflowError) {
      // An event can cause that, and the stack is usable again.
      return false;
    }
    return e instanceof RegistryUnavailableException
        || e instanceof EngineStoppedException
        || e instanceof InterruptedException
        || e instanceof CancellationException
        || e instanceof RejectedExecutionException
        || e instanceof VirtualMachineError
        || e instanceof LinkageError;
  }
}
