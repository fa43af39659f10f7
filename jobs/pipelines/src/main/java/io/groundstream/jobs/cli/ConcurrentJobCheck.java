package io.groundstream.jobs.cli;

import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.output.TransactionOwners;
import io.groundstream.operators.output.TransactionOwners.SharedPrefixException;
import io.groundstream.operators.settings.JobSettings;
import java.io.PrintWriter;
import java.time.Duration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Refuses to start a job beside another one that makes transactions under the same prefix. */
final class ConcurrentJobCheck {
  /** Flink's name of what runs jobs within a job manager, in application mode. */
  private static final String APPLICATION = "embedded";

  /** A job that is just being stopped may go on for so long. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private ConcurrentJobCheck() {}

  /**
   * Returns when the job may start.
   *
   * @param err is told what is waited for
   */
  static void check(
      StreamExecutionEnvironment environment, KafkaSettings kafka, JobSettings job, PrintWriter err)
      throws CommandException, InterruptedException {
    if (APPLICATION.equals(environment.getConfiguration().get(DeploymentOptions.TARGET))) {
      // This may be a job manager that takes over from a dead one, whose tasks are still there.
      return;
    }
    try {
      TransactionOwners.checkAlone(
          kafka,
          job.checkpointInterval(),
          PATIENCE,
          line -> {
            err.println(line);
            err.flush();
          });
    } catch (SharedPrefixException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }
}
