package io.groundstream.jobs.cli;

import io.groundstream.jobs.enrich.FailureReasons;
import io.groundstream.operators.kafka.KafkaNeeds;
import io.groundstream.operators.kafka.KafkaRights;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.settings.InvalidConfigurationException;
import io.groundstream.operators.settings.JobSettings;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * A command that runs a job until it is stopped: in this process, or on the cluster that it was
 * submitted to.
 *
 * @param <S> the job's settings
 */
abstract class StreamingCommand<S> implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ConfigurationMixin configuration;

  @Mixin private CheckMixin check;

  /** Reads the job's settings from its configuration. */
  abstract S settings(Map<String, String> values) throws InvalidConfigurationException;

  abstract KafkaSettings kafka(S settings);

  abstract KafkaNeeds needs(KafkaSettings kafka);

  abstract JobSettings job(S settings);

  /** Checks what the configuration names on this machine. */
  abstract void checkHere(LocalChecks here, S settings) throws InterruptedException;

  /** Checks the services that the configuration names, beside the brokers. */
  abstract void checkThere(RemoteChecks there, S settings) throws InterruptedException;

  /** Builds the job. */
  abstract StreamExecutionEnvironment define(S settings) throws Exception;

  /** Prepares what the job needs in this process, and calls {@link #runUntilStopped}. */
  abstract void runHere(
      StreamExecutionEnvironment environment, S settings, Map<String, String> values)
      throws Exception;

  @Override
  public final Integer call() throws CommandException {
    Map<String, String> values = configuration.values();
    boolean local = LocalJobs.isLocal();
    if (local) {
      LocalJobs.choosePort(values);
      LocalFileSystems.load(values);
    }
    S settings = configuration.settings(values, this::settings);
    if (check.isWanted()) {
      return look(settings);
    }
    try {
      // The job checks the rights too, but only after Flink has started it, at each restart.
      KafkaRights.check(kafka(settings), needs(kafka(settings)));
      StreamExecutionEnvironment environment = define(settings);
      ConcurrentJobCheck.check(environment, kafka(settings), job(settings), err());
      if (local) {
        runHere(environment, settings, values);
      } else {
        environment.execute(job(settings).name());
      }
      return ExitCodes.OK;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.OK;
    } catch (ExecutionException e) {
      throw new CommandException("The job failed: " + FailureReasons.of(e), e);
    } catch (CommandException e) {
      throw e;
    } catch (Exception e) {
      throw new CommandException("The job did not start: " + FailureReasons.of(e), e);
    }
  }

  private int look(S settings) throws CommandException {
    StartChecks checks = new StartChecks();
    try {
      checkHere(new LocalChecks(checks), settings);
      if (check.connects()) {
        RemoteChecks there = new RemoteChecks(checks);
        there.kafka(kafka(settings), needs(kafka(settings)));
        checkThere(there, settings);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted", e);
    }
    return checks.finish(err());
  }

  /**
   * Runs the job in this process until it is stopped, and prints where it runs.
   *
   * @param route from where to where it moves records, for the middle of a sentence
   * @throws ExecutionException if the job failed
   */
  final void runUntilStopped(
      StreamExecutionEnvironment environment,
      JobSettings job,
      String route,
      Map<String, String> values)
      throws Exception {
    try (LocalCheckpoints checkpoints = LocalCheckpoints.of(environment)) {
      JobClient client = environment.executeAsync(job.name());
      err()
          .printf(
              "%s runs %s. Flink's page is %s; Ctrl-C stops the job.%n",
              job.name(), route, LocalJobs.page(values));
      err().flush();
      LocalRun.await(client, checkpoints);
    }
  }

  /** Returns where messages go. */
  final PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
