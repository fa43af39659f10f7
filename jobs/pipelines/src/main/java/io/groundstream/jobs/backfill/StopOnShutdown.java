package io.groundstream.jobs.backfill;

import io.groundstream.kosmos2.program.ProcessEnd;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;

/**
 * Stops a job when the process receives Ctrl-C or SIGTERM, without losing results: finished results
 * are committed, and the position is saved for a resumed run.
 */
final class StopOnShutdown implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final JobClient job;
  private final String directory;
  private final PrintWriter err;
  private final String name;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "stop-backfill");
  private volatile boolean stopping;
  private volatile boolean finished;

  StopOnShutdown(JobClient job, String directory, PrintWriter err, String name) {
    this.job = job;
    this.directory = directory;
    this.err = err;
    this.name = name;
    ProcessEnd.addHook(hook);
  }

  /** Returns whether a job that has ended was complete, as opposed to stopped. */
  boolean jobIsDone() throws InterruptedException {
    if (!stopping) {
      return true;
    }
    stopped.await();
    return finished;
  }

  private void stop() {
    stopping = true;
    say("\nStopping: finished results are being committed.");
    try {
      String unused =
          job.stopWithSavepoint(false, directory, SavepointFormatType.NATIVE)
              .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      say("Stopped. --resume with --name " + name + " continues from here.");
    } catch (ExecutionException | TimeoutException e) {
      giveUp();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      stopped.countDown();
    }
  }

  private void giveUp() {
    try {
      finished = job.getJobStatus().get(PATIENCE_SECONDS, TimeUnit.SECONDS) == JobStatus.FINISHED;
      if (!finished) {
        job.cancel().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        say("Stopped. --resume with --name " + name + " continues from the last checkpoint.");
      }
    } catch (ExecutionException | TimeoutException e) {
      say("--resume with --name " + name + " continues from the last checkpoint.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void say(String text) {
    err.println(text);
    err.flush();
  }

  @Override
  public void close() {
    if (!stopping) {
      try {
        ProcessEnd.removeHook(hook);
      } catch (IllegalStateException e) {
        // The process has just begun to end.
      }
    }
  }
}
