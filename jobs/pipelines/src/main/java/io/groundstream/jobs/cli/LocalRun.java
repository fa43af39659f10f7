package io.groundstream.jobs.cli;

import io.groundstream.kosmos2.program.ProcessEnd;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.core.execution.JobClient;

/** What commands need whose job runs in this process until it is stopped. */
final class LocalRun {
  private static final int CANCEL_SECONDS = 30;

  private LocalRun() {}

  /**
   * Waits for the end of a job; when this process is told to end, the job is cancelled first.
   *
   * @param checkpoints closed after the job was cancelled, as nothing after this call may still run
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
      // That it was cancelled is no news to whoever stopped it.
      if (!stopping.get()) {
        throw e;
      }
    }
  }

  /** A job that is cancelled aborts its transactions; one that is cut off leaves them open. */
  private static void cancel(JobClient job) {
    try {
      job.cancel().get(CANCEL_SECONDS, TimeUnit.SECONDS);
      job.getJobExecutionResult().get(CANCEL_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      // It has ended already, or does not end: the process ends in any case.
    }
  }
}
