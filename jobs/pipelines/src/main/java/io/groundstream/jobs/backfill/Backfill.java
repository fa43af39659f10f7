package io.groundstream.jobs.backfill;

import io.groundstream.jobs.configuration.BackfillSettings;
import io.groundstream.jobs.enrich.FailureReasons;
import io.groundstream.operators.archive.plan.ArchiveException;
import io.groundstream.operators.archive.plan.FinishedUnits;
import io.groundstream.operators.grounding.GroundingModelProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a run, from the state of earlier attempts to the summary. {@link RunDirectory}
 * describes that state and how finished files are known. For one thread.
 *
 * <pre>{@code
 * try (Backfill backfill = Backfill.prepare(settings, true, err)) {
 *   BackfillSummary summary = backfill.run(new SharedKosmos2Provider(settings.model()));
 * }
 * }</pre>
 */
public final class Backfill implements AutoCloseable {
  private static final long TICK_MILLIS = 250;

  private final BackfillSettings settings;
  private final RunLock lock;
  private final RunDirectory directory;
  private final RunRecord record;
  private final @Nullable Path restore;
  private final PrintWriter err;

  private Backfill(
      BackfillSettings settings,
      RunLock lock,
      RunDirectory directory,
      RunRecord record,
      @Nullable Path restore,
      PrintWriter err) {
    this.settings = settings;
    this.lock = lock;
    this.directory = directory;
    this.record = record;
    this.restore = restore;
    this.err = err;
  }

  /**
   * Prepares an attempt: lists the archive, or finds the newest checkpoint.
   *
   * @param resume whether to continue earlier runs of this name
   * @throws BackfillException if the archive contradicts the settings, or if an earlier run of this
   *     name prevents this one
   */
  public static Backfill prepare(BackfillSettings settings, boolean resume, PrintWriter err)
      throws BackfillException {
    try {
      RunDirectory directory = RunDirectory.open(settings.stateDirectory());
      RunLock lock = RunLock.take(settings.name(), directory.root().toUri());
      boolean prepared = false;
      try {
        Backfill backfill = prepare(settings, resume, err, directory, lock);
        prepared = true;
        return backfill;
      } finally {
        if (!prepared) {
          lock.close();
        }
      }
    } catch (IOException e) {
      throw new BackfillException(
          "backfill.state-directory: " + settings.stateDirectory() + ": " + e, e);
    }
  }

  /**
   * Checks the archive without changing anything, and returns a short description of the amount of
   * work.
   *
   * @throws BackfillException if the archive contradicts the settings
   */
  public static String check(BackfillSettings settings, PrintWriter err) throws BackfillException {
    try {
      return describe(ArchiveLister.check(settings.archive(), err));
    } catch (ArchiveException e) {
      throw new BackfillException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw cannotBeListed(settings, e);
    }
  }

  private static Backfill prepare(
      BackfillSettings settings,
      boolean resume,
      PrintWriter err,
      RunDirectory directory,
      RunLock lock)
      throws BackfillException, IOException {
    OutputFolder.make(settings);
    RunRecord earlier = directory.record();
    if (earlier == null && resume) {
      err.printf("There is no earlier run %s to resume; starting a new one.%n", settings.name());
    }
    if (earlier != null && resume) {
      RunIdentity.check(settings, earlier.identity());
    }
    if (earlier != null && !earlier.finished()) {
      if (!resume) {
        throw new BackfillException(
            "run "
                + settings.name()
                + ": unfinished (expected: --resume to continue it, or another --name; to start it"
                + " again, delete "
                + directory.root().getPath()
                + ")");
      }
      Backfill resumed = resume(settings, err, directory, lock, earlier);
      if (resumed != null) {
        return resumed;
      }
      earlier = directory.record();
    }
    if (earlier == null || !resume) {
      OutputFolder.refuseResultsOf(settings);
      directory.clear();
    }
    directory.clearCheckpoints();
    RunRecord record =
        new RunRecord(
            RunRecord.VERSION,
            /* finished= */ false,
            RunIdentity.of(settings),
            1,
            0,
            list(settings, directory, err));
    if (record.listing().files() == 0) {
      // A run without new files must not be left unfinished.
      directory.finish(record);
    } else {
      directory.write(record);
    }
    return new Backfill(settings, lock, directory, record, null, err);
  }

  /** Returns the next attempt of an unfinished run, or null if the run turns out to be finished. */
  private static @Nullable Backfill resume(
      BackfillSettings settings,
      PrintWriter err,
      RunDirectory directory,
      RunLock lock,
      RunRecord earlier)
      throws IOException {
    int attempt = earlier.attempt();
    Path newest = directory.newestCheckpoint(attempt);
    if (newest == null && earlier.checkpointedAttempt() == attempt) {
      // Flink deletes checkpoints when a job finishes; the process died before it could record
      // that.
      directory.finish(earlier);
      return null;
    }
    while (newest == null && attempt > 1) {
      attempt--;
      newest = directory.newestCheckpoint(attempt);
    }
    directory.deleteCheckpointsBefore(attempt);
    RunRecord record = earlier.withAttempt(earlier.attempt() + 1);
    directory.write(record);
    if (newest == null) {
      err.printf(
          "Starting run %s again: it was interrupted before its first checkpoint.%n",
          settings.name());
    } else {
      err.printf("Resuming run %s from %s.%n", settings.name(), newest.getName());
    }
    err.flush();
    return new Backfill(settings, lock, directory, record, newest, err);
  }

  private static ArchiveListing list(
      BackfillSettings settings, RunDirectory directory, PrintWriter err)
      throws BackfillException, IOException {
    try {
      return ArchiveLister.list(settings.archive(), directory.finished(), directory::listed, err);
    } catch (ArchiveException e) {
      throw new BackfillException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw cannotBeListed(settings, e);
    }
  }

  private static BackfillException cannotBeListed(BackfillSettings settings, IOException e) {
    return new BackfillException(
        "archive.paths: "
            + String.join(";", settings.archive().paths())
            + " cannot be listed (expected: a file system that answers): "
            + e,
        e);
  }

  /** Returns whether there is nothing to do because earlier runs finished all files. */
  public boolean isNothingNew() {
    return record.listing().files() == 0;
  }

  /**
   * Runs the job to its end, and shows its progress.
   *
   * @return the summary; null if the process was asked to end, which this method has reported
   * @throws BackfillException if the job failed; it can be resumed
   */
  public @Nullable BackfillSummary run(GroundingModelProvider models)
      throws BackfillException, InterruptedException {
    if (isNothingNew()) {
      return BackfillSummary.of(settings.name(), record.listing(), Map.of(), 0);
    }
    long start = System.nanoTime();
    try {
      FinishedUnits finished = directory.finished();
      Path checkpoints = directory.checkpoints(record.attempt());
      StreamExecutionEnvironment environment =
          BackfillJob.define(
              settings,
              models,
              checkpoints.toString(),
              restore == null ? null : restore.toString(),
              finished);
      JobClient job = environment.executeAsync(settings.job().name());
      JobExecutionResult result;
      try (StopOnShutdown stop =
              new StopOnShutdown(job, checkpoints.toString(), err, settings.name());
          BackfillProgress progress = new BackfillProgress(err, record.listing())) {
        result = await(job, progress, record);
        if (!stop.jobIsDone()) {
          return null;
        }
      }
      directory.finish(record);
      OutputFolder.deleteLeftovers(settings);
      return BackfillSummary.of(
          settings.name(),
          record.listing(),
          result.getAllAccumulatorResults(),
          (System.nanoTime() - start) / 1e9);
    } catch (ExecutionException e) {
      throw new BackfillException(
          "The job failed: "
              + FailureReasons.of(e)
              + "\nWhen that is fixed, continue with --resume.",
          e);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new BackfillException("The job did not start: " + FailureReasons.of(e), e);
    }
  }

  private JobExecutionResult await(JobClient job, BackfillProgress progress, RunRecord running)
      throws Exception {
    CompletableFuture<JobExecutionResult> end = job.getJobExecutionResult();
    CompletableFuture<Map<String, Object>> counts = counts(job);
    boolean checkpointed = false;
    while (true) {
      try {
        return end.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (counts.isDone()) {
          if (!counts.isCompletedExceptionally()) {
            progress.update(counts.join());
          }
          counts = counts(job);
        }
        if (!checkpointed && directory.newestCheckpoint(running.attempt()) != null) {
          directory.write(running.withCheckpoint());
          checkpointed = true;
        }
      }
    }
  }

  private static CompletableFuture<Map<String, Object>> counts(JobClient job) {
    try {
      return job.getAccumulators();
    } catch (IllegalStateException e) {
      // The local cluster ends with its job, possibly at this moment.
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public void close() {
    lock.close();
  }

  /** Returns a short description of the work. */
  public String task() {
    return describe(record.listing());
  }

  private static String describe(ArchiveListing listing) {
    return String.format(
        Locale.ROOT,
        "%,d files, %,.1f MB%s%s",
        listing.files(),
        listing.bytes() / 1e6,
        listing.finishedFiles() == 0
            ? ""
            : String.format(Locale.ROOT, ", %,d finished before", listing.finishedFiles()),
        listing.ignoredFiles() == 0
            ? ""
            : String.format(Locale.ROOT, ", %,d ignored by their names", listing.ignoredFiles()));
  }
}
