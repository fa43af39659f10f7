package io.groundstream.jobs.cli;

import io.groundstream.jobs.index.IndexJob;
import io.groundstream.operators.index.IndexSettings;
import io.groundstream.operators.index.IndexSetup;
import io.groundstream.operators.index.IndexSetupException;
import io.groundstream.operators.index.IndexUnavailableException;
import io.groundstream.operators.kafka.KafkaNeeds;
import io.groundstream.schemas.TopicContract;
import io.groundstream.schemas.TopicSchema;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine.Command;

/** Runs the index job. */
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
public final class IndexCommand extends StreamingCommand<IndexSettings> {
  public IndexCommand() {
    super(IndexJob::settings, IndexSettings::kafka, IndexSettings::job, KafkaNeeds::ofIndex);
  }

  @Override
  void checkHere(LocalChecks here, IndexSettings settings) throws InterruptedException {
    here.folders(settings.job());
    here.kafka(settings.kafka());
    here.registry(settings.registry());
    here.index(settings.connection());
  }

  @Override
  void checkThere(RemoteChecks there, IndexSettings settings) throws InterruptedException {
    there.registry(
        settings.registry(),
        List.of(
            new TopicSchema(
                TopicContract.DEAD_LETTERS,
                settings.kafka().deadLettersTopic(),
                settings.formats().deadLetters())));
    there.index(settings);
  }

  @Override
  StreamExecutionEnvironment define(IndexSettings settings) {
    return IndexJob.define(settings);
  }

  @Override
  void runHere(
      StreamExecutionEnvironment environment, IndexSettings settings, Map<String, String> values)
      throws Exception {
    try {
      // The job prepares the index too, but only after Flink has started it.
      IndexSetup.prepare(settings);
    } catch (IndexSetupException | IndexUnavailableException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
    String route =
        "from %s and %s to %s at %s"
            .formatted(
                settings.kafka().imagesTopic(),
                settings.kafka().phrasesTopic(),
                settings.alias(),
                String.join(", ", settings.connection().urls()));
    runUntilStopped(environment, settings, route, values);
  }
}
