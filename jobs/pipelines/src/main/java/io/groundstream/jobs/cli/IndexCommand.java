package io.groundstream.jobs.cli;

import io.groundstream.jobs.enrich.FailureReasons;
import io.groundstream.jobs.index.IndexJob;
import io.groundstream.operators.index.IndexSettings;
import io.groundstream.operators.index.IndexSetup;
import io.groundstream.operators.index.IndexSetupException;
import io.groundstream.operators.index.IndexUnavailableException;
import io.groundstream.operators.kafka.KafkaNeeds;
import io.groundstream.operators.kafka.KafkaRights;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.schemas.TopicContract;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the index job: here, or on the cluster that this was submitted to. */
@Command(
    name = "index",
    mixinStandardHelpOptions = true,
    description = {
      "Fill a search index: grounded images and phrases from Kafka into OpenSearch.",
      "",
      "Makes one document for each image, with an entity for each box of each phrase and the"
          + " relations between them, and keeps it up to date when images are enriched again."
          + " Creates index template, index and alias unless index.create is false. Runs with its"
          + " own Flink in this process until it is stopped, or on a cluster under 'flink run' or"
          + " in application mode. Documents have versions, so writing one again changes nothing."
          + " A document that the index rejects becomes a dead letter.",
      ""
    },
    footer = {
      "",
      "A configuration needs the keys kafka.bootstrap-servers, schema-registry.url and index.url.",
      "deploy/configuration.md lists all keys; deploy/index.yaml is an example.",
      "",
      "Examples:",
      "  groundstream index --config deploy/index.yaml",
      "  groundstream index -Dkafka.bootstrap-servers=localhost:9092 \\",
      "      -Dschema-registry.url=http://localhost:8081 -Dindex.url=http://localhost:9200",
      "  Only check the configuration; with --connect also the services that it names:",
      "    groundstream index --config deploy/index.yaml --check",
      "  On a cluster:",
      "    flink run -d jobs/pipelines/target/groundstream-job.jar index --config index.yaml",
      "Exit codes: 0 the job was stopped or handed over; 2 wrong usage or configuration; 3 the job"
          + " failed."
    })
public final class IndexCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ConfigurationMixin configuration;

  @Mixin private CheckMixin check;

  @Override
  public Integer call() throws CommandException {
    Map<String, String> values = configuration.values();
    boolean local = LocalJobs.isLocal();
    if (local) {
      LocalJobs.choosePort(values);
      LocalFileSystems.load(values);
    }
    IndexSettings settings = configuration.settings(values, IndexJob::settings);
    if (check.isWanted()) {
      return look(settings);
    }
    try {
      KafkaRights.check(settings.kafka(), KafkaNeeds.ofIndex(settings.kafka()));
      StreamExecutionEnvironment environment = IndexJob.define(settings);
      ConcurrentJobCheck.check(
          environment, settings.kafka(), settings.job(), spec.commandLine().getErr());
      if (local) {
        runHere(environment, settings, values);
      } else {
        environment.execute(settings.job().name());
      }
      return ExitCodes.OK;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.OK;
    } catch (IndexSetupException | IndexUnavailableException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    } catch (ExecutionException e) {
      throw new CommandException("The job failed: " + FailureReasons.of(e), e);
    } catch (CommandException e) {
      throw e;
    } catch (Exception e) {
      throw new CommandException("The job did not start: " + FailureReasons.of(e), e);
    }
  }

  private int look(IndexSettings settings) throws CommandException {
    StartChecks checks = new StartChecks();
    LocalChecks here = new LocalChecks(checks);
    KafkaSettings kafka = settings.kafka();
    try {
      here.folders(settings.job());
      here.kafka(kafka);
      here.registry(settings.registry());
      here.index(settings.connection());
      if (check.connects()) {
        RemoteChecks there = new RemoteChecks(checks);
        there.kafka(kafka, KafkaNeeds.ofIndex(kafka));
        there.registry(
            settings.registry(), Map.of(TopicContract.DEAD_LETTERS, kafka.deadLettersTopic()));
        there.index(settings);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted", e);
    }
    return checks.finish(spec.commandLine().getErr());
  }

  private void runHere(
      StreamExecutionEnvironment environment, IndexSettings settings, Map<String, String> values)
      throws Exception {
    PrintWriter err = spec.commandLine().getErr();
    // The job looks for itself, but not before Flink has started it.
    IndexSetup.prepare(settings);
    try (LocalCheckpoints checkpoints = LocalCheckpoints.of(environment)) {
      JobClient job = environment.executeAsync(settings.job().name());
      err.printf(
          "%s runs from %s and %s to %s at %s. Flink's page is %s; Ctrl-C stops the job.%n",
          settings.job().name(),
          settings.kafka().imagesTopic(),
          settings.kafka().phrasesTopic(),
          settings.alias(),
          String.join(", ", settings.connection().urls()),
          LocalJobs.page(values));
      err.flush();
      LocalRun.await(job, checkpoints);
    }
  }
}
