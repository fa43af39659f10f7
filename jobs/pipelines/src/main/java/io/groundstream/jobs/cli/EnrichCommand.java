package io.groundstream.jobs.cli;

import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.jobs.enrich.EnrichmentJob;
import io.groundstream.jobs.enrich.FailureReasons;
import io.groundstream.jobs.enrich.LocalModel;
import io.groundstream.kosmos2.SharedModels;
import io.groundstream.operators.kafka.KafkaNeeds;
import io.groundstream.operators.kafka.KafkaRights;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.output.TopicLimits;
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

/** Runs the enrichment job: here, or on the cluster that this was submitted to. */
@Command(
    name = "enrich",
    mixinStandardHelpOptions = true,
    description = {
      "Enrich a stream: image events from Kafka in, grounded text to Kafka out.",
      "",
      "Runs with its own Flink in this process until it is stopped, or on a cluster under 'flink"
          + " run' or in application mode. By default, results are written exactly once and become"
          + " visible with each checkpoint. An event that cannot be processed becomes a dead"
          + " letter.",
      ""
    },
    footer = {
      "",
      "A configuration needs the keys kafka.bootstrap-servers, schema-registry.url and",
      "model.checkpoint. deploy/configuration.md lists all keys; deploy/enrich.yaml is an"
          + " example.",
      "",
      "Examples:",
      "  groundstream enrich --config deploy/enrich.yaml",
      "  groundstream enrich --config deploy/enrich.yaml -Dmodel.dtype=bfloat16 \\",
      "      -Djob.checkpoint-interval='2 s'",
      "  Only check the configuration; with --connect also the services that it names:",
      "    groundstream enrich --config deploy/enrich.yaml --check",
      "  On a cluster (deploy/README.md says what goes into its lib/):",
      "    flink run -d jobs/pipelines/target/groundstream-job.jar enrich --config enrich.yaml",
      "Exit codes: 0 the job was stopped or handed over; 2 wrong usage or configuration; 3 the job"
          + " failed."
    })
public final class EnrichCommand implements Callable<Integer> {
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
    EnrichmentSettings settings = configuration.settings(values, EnrichmentSettings::parse);
    if (check.isWanted()) {
      return look(settings);
    }
    try {
      // The job looks for itself, but not before Flink has started it, again and again.
      KafkaRights.check(settings.kafka(), KafkaNeeds.ofEnrichment(settings.kafka()));
      int unused = TopicLimits.maxRecordBytes(settings.output());
      StreamExecutionEnvironment environment = EnrichmentJob.define(settings);
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
    } catch (ExecutionException e) {
      throw new CommandException("The job failed: " + FailureReasons.of(e), e);
    } catch (CommandException e) {
      throw e;
    } catch (Exception e) {
      throw new CommandException("The job did not start: " + FailureReasons.of(e), e);
    }
  }

  private int look(EnrichmentSettings settings) throws CommandException {
    StartChecks checks = new StartChecks();
    LocalChecks here = new LocalChecks(checks);
    KafkaSettings kafka = settings.kafka();
    try {
      here.model(settings.model());
      here.roots(settings.grounding().fetching());
      here.folders(settings.job());
      here.kafka(kafka);
      here.registry(settings.registry());
      if (check.connects()) {
        RemoteChecks there = new RemoteChecks(checks);
        there.kafka(kafka, KafkaNeeds.ofEnrichment(kafka));
        there.limits(settings.output());
        there.registry(
            settings.registry(),
            Map.of(
                TopicContract.EVENTS, kafka.eventsTopic(),
                TopicContract.IMAGES, kafka.imagesTopic(),
                TopicContract.PHRASES, kafka.phrasesTopic(),
                TopicContract.DEAD_LETTERS, kafka.deadLettersTopic()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted", e);
    }
    return checks.finish(spec.commandLine().getErr());
  }

  private void runHere(
      StreamExecutionEnvironment environment,
      EnrichmentSettings settings,
      Map<String, String> values)
      throws Exception {
    PrintWriter err = spec.commandLine().getErr();
    try (SharedModels.Lease model = LocalModel.load(settings.model(), err);
        LocalCheckpoints checkpoints = LocalCheckpoints.of(environment)) {
      JobClient job = environment.executeAsync(settings.job().name());
      sayWhere(err, settings, values, model.model().device());
      LocalRun.await(job, checkpoints);
    }
  }

  private static void sayWhere(
      PrintWriter err, EnrichmentSettings settings, Map<String, String> values, String device) {
    err.printf(
        "%s runs on %s, from %s to %s, %s and %s. Flink's page is %s; Ctrl-C stops the job.%n",
        settings.job().name(),
        device,
        settings.kafka().eventsTopic(),
        settings.kafka().imagesTopic(),
        settings.kafka().phrasesTopic(),
        settings.kafka().deadLettersTopic(),
        LocalJobs.page(values));
    err.flush();
  }
}
