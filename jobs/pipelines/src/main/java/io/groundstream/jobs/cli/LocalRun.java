package io.groundstream.jobs.cli;

import io.groundstream.kosmos2.program.ProcessEnd;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.core.execution.JobClient;

/** Waits for a job that runs in this process until it is stopped. */
final class LocalRun {
  private static final int CANCEL_SECONDS = 30;

  private LocalRun() {}

  /**
   * Waits for the end of a job; if this process is asked to end, cancels the job first.
   *
   * @param checkpoints closed after the job is cancelled, since code after this call may not run
   * @throws ExecutionException if the job failed
   */
  static void await(JobClient job, LocalCheckpoints checkpoints)
      throws ExecutionException, InterruptedException {
    AtomicBoolean stopping = new AtomicBoolean();
    Thread stop =
        new Thread(
            () -> {
              stopping.set(true);
              cancel(job);
              checkpoints.close();
            },
            "cancel-job");
    ProcessEnd.addHook(stop);
    try {
      job.getJobExecutionResult().get();
    } catch (ExecutionException e) {
      // The user stopped the job and needs no message about it.
      if (!stopping.get()) {
        throw e;
      }
    }
  }

  /** A cancelled job aborts its transactions; a killed one leaves them open. */
  private static void cancel(JobClient job) {
    try {
      job.cancel().get(CANCEL_SECONDS, TimeUnit.SECONDS);
      job.getJobExecutionResult().get(CANCEL_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      // It has ended already or does not end; the process ends in any case.
    }
  }
}
