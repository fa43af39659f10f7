package io.groundstream.jobs.cli;

import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.output.TransactionOwners;
import io.groundstream.operators.output.TransactionOwners.SharedPrefixException;
import io.groundstream.operators.settings.JobSettings;
import java.io.PrintWriter;
import java.time.Duration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Refuses to start a job while another one uses the same prefix of transactions. */
final class ConcurrentJobCheck {
  /** Flink's name of the deployment target in application mode, within a job manager. */
  private static final String APPLICATION = "embedded";

  /** How long to wait for a job that is stopping. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private ConcurrentJobCheck() {}

  /**
   * Waits until the job may start.
   *
   * @param err where to report what it waits for
   */
  static void check(
      StreamExecutionEnvironment environment, KafkaSettings kafka, JobSettings job, PrintWriter err)
      throws CommandException, InterruptedException {
    if (APPLICATION.equals(environment.getConfiguration().get(DeploymentOptions.TARGET))) {
      // This may be a job manager that replaces a dead one, whose tasks still run.
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
