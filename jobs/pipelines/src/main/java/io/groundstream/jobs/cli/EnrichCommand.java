package io.groundstream.jobs.cli;

import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.jobs.enrich.EnrichmentJob;
import io.groundstream.jobs.enrich.LocalModel;
import io.groundstream.kosmos2.SharedModels;
import io.groundstream.operators.grounding.EventPreview;
import io.groundstream.operators.kafka.KafkaNeeds;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.output.TopicLimits;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the enrichment job. */
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
      "  Show what the next five records of the topic would become:",
      "    groundstream enrich --config deploy/enrich.yaml --check --sample 5",
      "  On a cluster (deploy/README.md says what goes into its lib/):",
      "    flink run -d jobs/pipelines/target/groundstream-job.jar enrich --config enrich.yaml",
      "Exit codes: 0 the job was stopped or handed over; 2 wrong usage or configuration; 3 the job"
          + " failed."
    })
public final class EnrichCommand extends StreamingCommand<EnrichmentSettings> {
  private static final int MOST_SAMPLED = 1000;

  @Spec private CommandSpec spec;

  @Option(
      names = "--sample",
      paramLabel = "N",
      description =
          "With --check: also read the next N records of each events topic, 1 to "
              + MOST_SAMPLED
              + ", and show what each would become. Commits nothing, follows no links, and"
              + " decodes no images. If there are no new records, some of the last ones are read.")
  private @Nullable Integer sample;

  @Option(
      names = "--json",
      description = "With --sample: print a JSON object for each record on standard output.")
  private boolean json;

  public EnrichCommand() {
    super(
        EnrichmentSettings::parse,
        EnrichmentSettings::kafka,
        EnrichmentSettings::job,
        KafkaNeeds::ofEnrichment);
  }

  @Override
  void checkHere(LocalChecks here, EnrichmentSettings settings) throws InterruptedException {
    here.model(settings.model());
    here.roots(settings.grounding().fetching());
    here.folders(settings.job());
    here.kafka(settings.kafka());
    here.registry(settings.registry());
  }

  @Override
  void checkThere(RemoteChecks there, EnrichmentSettings settings) throws InterruptedException {
    there.limits(settings.output());
    there.registry(settings.registry(), settings.schemas());
  }

  @Override
  boolean wantsSample() {
    if (sample != null && (sample < 1 || sample > MOST_SAMPLED)) {
      throw new ParameterException(
          spec.commandLine(), "--sample: " + sample + " (expected: 1 to " + MOST_SAMPLED + ")");
    }
    return sample != null;
  }

  @Override
  int sample(EnrichmentSettings settings) throws CommandException, InterruptedException {
    SampleReader.Sample read = EventSample.read(settings, sample == null ? 1 : sample);
    List<EventPreview> previews = read.previews();
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    EventSample.print(previews, json, out);
    out.flush();
    read.remarks().forEach(err()::println);
    err().flush();
    boolean fine = previews.stream().allMatch(preview -> preview.problems().isEmpty());
    return fine ? ExitCodes.OK : ExitCodes.FAILED;
  }

  @Override
  StreamExecutionEnvironment define(EnrichmentSettings settings) throws Exception {
    // The job checks this too, but only after Flink has started it, at each restart.
    int unused = TopicLimits.maxRecordBytes(settings.output());
    return EnrichmentJob.define(settings);
  }

  @Override
  void runHere(
      StreamExecutionEnvironment environment,
      EnrichmentSettings settings,
      Map<String, String> values)
      throws Exception {
    KafkaSettings kafka = settings.kafka();
    try (SharedModels.Lease model = LocalModel.load(settings.model(), err())) {
      String route =
          "on %s, from %s to %s, %s and %s"
              .formatted(
                  model.model().device(),
                  kafka.events(),
                  kafka.imagesTopic(),
                  kafka.phrasesTopic(),
                  kafka.deadLettersTopic());
      runUntilStopped(environment, settings, route, values);
    }
  }
}
