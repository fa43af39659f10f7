package io.groundstream.jobs.cli;

import io.groundstream.jobs.enrich.FailureReasons;
import io.groundstream.operators.kafka.KafkaNeeds;
import io.groundstream.operators.kafka.KafkaRights;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.settings.JobSettings;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
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

  private final ConfigurationMixin.Parser<S> parser;
  private final Function<S, KafkaSettings> kafka;
  private final Function<S, JobSettings> job;
  private final Function<KafkaSettings, KafkaNeeds> needs;

  /**
   * @param parser reads the job's settings from its configuration
   * @param needs what the job needs of the brokers
   */
  StreamingCommand(
      ConfigurationMixin.Parser<S> parser,
      Function<S, KafkaSettings> kafka,
      Function<S, JobSettings> job,
      Function<KafkaSettings, KafkaNeeds> needs) {
    this.parser = parser;
    this.kafka = kafka;
    this.job = job;
    this.needs = needs;
  }

  /** Checks what the configuration names on this machine. */
  abstract void checkHere(LocalChecks here, S settings) throws InterruptedException;

  /** Checks the services that the configuration names, beside the brokers. */
  abstract void checkThere(RemoteChecks there, S settings) throws InterruptedException;

  /** Returns whether something is wanted that only a check does. */
  boolean wantsSample() {
    return false;
  }

  /**
   * Shows more than the checks, after them.
   *
   * @return the exit code
   */
  int sample(S settings) throws CommandException, InterruptedException {
    return ExitCodes.OK;
  }

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
    S settings = configuration.settings(values, parser);
    if (check.isWanted()) {
      return look(settings);
    }
    if (wantsSample()) {
      throw new ParameterException(
          spec.commandLine(), "--sample: without --check (expected: both, or none)");
    }
    try {
      KafkaSettings brokers = kafka.apply(settings);
      // The job checks the rights too, but only after Flink has started it, at each restart.
      KafkaRights.check(brokers, needs.apply(brokers));
      StreamExecutionEnvironment environment = define(settings);
      ConcurrentJobCheck.check(environment, brokers, job.apply(settings), err());
      if (local) {
        runHere(environment, settings, values);
      } else {
        environment.execute(job.apply(settings).name());
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
        KafkaSettings brokers = kafka.apply(settings);
        there.kafka(brokers, needs.apply(brokers));
        checkThere(there, settings);
      }
      int checked = checks.finish(err());
      int sampled = wantsSample() ? sample(settings) : ExitCodes.OK;
      return checked == ExitCodes.OK ? sampled : checked;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted", e);
    }
  }

  /**
   * Runs the job in this process until it is stopped, and prints where it runs.
   *
   * @param route from where to where it moves records, for the middle of a sentence
   * @throws ExecutionException if the job failed
   */
  final void runUntilStopped(
      StreamExecutionEnvironment environment, S settings, String route, Map<String, String> values)
      throws Exception {
    String name = job.apply(settings).name();
    try (LocalCheckpoints checkpoints = LocalCheckpoints.of(environment)) {
      JobClient client = environment.executeAsync(name);
      err()
          .printf(
              "%s runs %s. Flink's page is %s; Ctrl-C stops the job.%n",
              name, route, LocalJobs.page(values));
      err().flush();
      LocalRun.await(client, checkpoints);
    }
  }

  /** Returns where messages go. */
  final PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
