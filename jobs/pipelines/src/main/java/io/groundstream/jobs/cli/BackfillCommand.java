package io.groundstream.jobs.cli;

import io.groundstream.jobs.backfill.Backfill;
import io.groundstream.jobs.backfill.BackfillException;
import io.groundstream.jobs.backfill.BackfillSummary;
import io.groundstream.jobs.configuration.BackfillOptions;
import io.groundstream.jobs.configuration.BackfillSettings;
import io.groundstream.jobs.enrich.LocalModel;
import io.groundstream.kosmos2.SharedModels;
import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.program.DeviceException;
import io.groundstream.operators.archive.settings.ArchiveOptions;
import io.groundstream.operators.grounding.GroundingOptions;
import io.groundstream.operators.grounding.ModelOptions;
import io.groundstream.operators.grounding.SharedKosmos2Provider;
import io.groundstream.operators.kafka.AccessRefusedException;
import io.groundstream.operators.kafka.KafkaNeeds;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.kafka.KafkaRights;
import io.groundstream.operators.kafka.RegistryOptions;
import io.groundstream.operators.output.FileOutput;
import io.groundstream.operators.output.KafkaOutput;
import io.groundstream.operators.output.OutputOptions;
import io.groundstream.operators.output.TopicLimits;
import io.groundstream.operators.output.TopicLimits.TopicLimitException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a backfill in this process or on the cluster that it was submitted to. */
@Command(
    name = "backfill",
    mixinStandardHelpOptions = true,
    description = {
      "Ground an archive: images from folders, tar shards, Parquet files or manifests in, the"
          + " records of 'groundstream enrich' out, to files or to Kafka.",
      "",
      "A PATH is a folder (with all below it), a file, or a pattern such as '/archive/**.tar',"
          + " on this machine or, as a URI, on any file system that Flink knows. Files are"
          + " recognised by name: images; tar shards in the WebDataset convention (KEY.jpg with"
          + " KEY.json or KEY.txt beside it), *.tar, *.tar.gz, *.tgz; *.parquet with a column of"
          + " bytes or of URIs; and, where a path or pattern names them, manifests *.csv, *.tsv"
          + " and *.jsonl with URIs or paths. What cannot be processed becomes a dead letter; bad"
          + " input in an archive never ends the run.",
      ""
    },
    footer = {
      "",
      "How a run is resumed: an unfinished run saves its position with every checkpoint"
          + " (job.checkpoint-interval, 1 min), together with the results that readers can see."
          + " After Ctrl-C, a crash or a lost machine, --resume continues from the newest"
          + " checkpoint, and each image's results are there once. A finished run keeps a list of"
          + " its files with their lengths and times; --resume then processes new and changed"
          + " files. If a run was killed, resume it within kafka.transaction-timeout so that its"
          + " results in Kafka are safe; after Ctrl-C there is no such limit.",
      "",
      "deploy/configuration.md lists all keys for --config and -D; deploy/backfill.yaml is an"
          + " example.",
      "",
      "Examples:",
      "  groundstream backfill --checkpoint ~/kosmos-2-patch14-224 --to-files out/ archive/",
      "  groundstream backfill --checkpoint ~/kosmos-2-patch14-224 --name photos --rate 20 \\",
      "      --to-kafka localhost:9092 --schema-registry http://localhost:8081 '/photos/**.tar'",
      "  Tonight's additions to the same archive:",
      "    groundstream backfill … --name photos --resume",
      "  On a cluster (deploy/README.md says what goes into its lib/):",
      "    flink run jobs/pipelines/target/groundstream-job.jar backfill --config backfill.yaml",
      "Exit codes: 0 the run has finished, dead letters or not; 2 wrong usage or configuration;"
          + " 3 the job failed; 130 or 143 it was stopped by Ctrl-C or SIGTERM, to be resumed."
    })
public final class BackfillCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "PATH", arity = "0..*", description = "What to read (archive.paths).")
  private List<String> paths = new ArrayList<>();

  @Option(
      names = "--checkpoint",
      paramLabel = "DIR",
      description =
          "A Hugging Face Kosmos-2 directory (model.checkpoint); default: the bundled demo"
              + " checkpoint, which knows drawn scenes only.")
  private @Nullable String checkpoint;

  @Option(
      names = "--to-files",
      paramLabel = "DIR",
      description =
          "Write results under this folder: images/, phrases/ and dead-letters/"
              + " (output.directory).")
  private @Nullable String toFiles;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "The format of files: avro or parquet; default: avro (output.format).")
  private @Nullable String format;

  @Option(
      names = "--to-kafka",
      paramLabel = "HOST:PORT[,…]",
      description = "Write results to Kafka's topics (kafka.bootstrap-servers).")
  private @Nullable String toKafka;

  @Option(
      names = "--schema-registry",
      paramLabel = "URL",
      description = "The Schema Registry, for results in Kafka (schema-registry.url).")
  private @Nullable String schemaRegistry;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description =
          "The task for every image; repeatable; default: grounded-caption"
              + " (grounding.default-tasks).")
  private List<String> tasks = new ArrayList<>();

  @Option(
      names = "--name",
      description = "The run's name, for --resume; default: backfill (backfill.name).")
  private @Nullable String name;

  @Option(
      names = "--resume",
      description =
          "Continue the unfinished run of this name; if it is finished, process new and changed"
              + " files.")
  private boolean resume;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description =
          "The folder for what --resume needs; default: ~/.groundstream/backfill"
              + " (backfill.state-directory).")
  private @Nullable String state;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description =
          "Take at most N images a second, in equal shares for all subtasks, so that others can"
              + " use the device as well (archive.pictures-per-second).")
  private @Nullable String rate;

  @Option(
      names = "--summary",
      paramLabel = "FILE",
      description = "Also write the final summary as one JSON object; - is standard output.")
  private @Nullable String summaryFile;

  @Mixin private ConfigurationMixin configuration;

  @Mixin private CheckMixin check;

  @Override
  public Integer call() throws CommandException {
    PrintWriter err = spec.commandLine().getErr();
    boolean local = LocalJobs.isLocal();
    Map<String, String> values = values(local);
    BackfillSettings settings = configuration.settings(values, BackfillSettings::parse);
    checkSummaryFile();
    if (!local) {
      checkCluster(values);
    }
    try {
      if (check.isWanted()) {
        return look(settings, err);
      }
      if (settings.output() instanceof KafkaOutput kafka) {
        KafkaRights.check(kafka.kafka(), KafkaNeeds.ofBackfill(kafka.kafka()));
        int unused = TopicLimits.maxRecordBytes(kafka);
      }
      try (Backfill backfill = Backfill.prepare(settings, resume, err)) {
        if (backfill.isNothingNew()) {
          err.printf("The archive has no new files since run %s.%n", settings.name());
        }
        return run(backfill, settings, local, values, err);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.OK;
    } catch (BackfillException
        | AccessRefusedException
        | TopicLimitException
        | DeviceException
        | IOException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  private int look(BackfillSettings settings, PrintWriter err) throws InterruptedException {
    StartChecks checks = new StartChecks();
    LocalChecks here = new LocalChecks(checks);
    checks.look("archive.paths", () -> Backfill.check(settings, err));
    here.model(settings.model());
    here.roots(settings.grounding().fetching());
    here.folders(settings.job());
    here.output(BackfillOptions.STATE_DIRECTORY.key(), settings.stateDirectory());
    if (settings.output() instanceof FileOutput files) {
      here.output(OutputOptions.DIRECTORY.key(), files.directory());
    } else if (settings.output() instanceof KafkaOutput kafka) {
      here.kafka(kafka.kafka());
      here.registry(kafka.registry());
      if (check.connects()) {
        RemoteChecks there = new RemoteChecks(checks);
        there.kafka(kafka.kafka(), KafkaNeeds.ofBackfill(kafka.kafka()));
        there.limits(kafka);
        there.registry(kafka.registry(), kafka.formats().schemas(kafka.kafka()));
      }
    }
    return checks.finish(err);
  }

  private Integer run(
      Backfill backfill,
      BackfillSettings settings,
      boolean local,
      Map<String, String> values,
      PrintWriter err)
      throws BackfillException,
          CheckpointException,
          DeviceException,
          IOException,
          InterruptedException {
    BackfillSummary summary;
    SharedKosmos2Provider models = new SharedKosmos2Provider(settings.model());
    if (local && !backfill.isNothingNew()) {
      try (SharedModels.Lease model = LocalModel.load(settings.model(), err)) {
        err.printf(
            "%s: %s, on %s, to %s. Flink's page is %s; Ctrl-C stops the run, to be resumed.%n",
            settings.name(),
            backfill.task(),
            model.model().device(),
            target(settings),
            LocalJobs.page(values));
        err.flush();
        summary = backfill.run(models);
      }
    } else {
      summary = backfill.run(models);
    }
    if (summary != null) {
      err.printf("Run %s has finished.%n%s", settings.name(), summary.toText());
      err.flush();
      write(summary);
    }
    return ExitCodes.OK;
  }

  private static String target(BackfillSettings settings) {
    return settings.output() instanceof FileOutput files
        ? files.directory()
        : "Kafka (" + ((KafkaOutput) settings.output()).kafka().imagesTopic() + " and others)";
  }

  /** Checks the file before the run, so that a long run does not end without its summary. */
  private void checkSummaryFile() {
    if (summaryFile == null || summaryFile.equals("-")) {
      return;
    }
    Path file = Path.of(summaryFile).toAbsolutePath();
    Path folder = file.getParent();
    if (folder == null
        || Files.isDirectory(file)
        || !Files.isWritable(Files.exists(file) ? file : folder)) {
      throw new ParameterException(
          spec.commandLine(),
          "--summary: "
              + summaryFile
              + " (expected: a file that can be written, in an existing folder)");
    }
  }

  private void write(BackfillSummary summary) throws IOException {
    if ("-".equals(summaryFile)) {
      spec.commandLine().getOut().println(summary.toJson());
      spec.commandLine().getOut().flush();
    } else if (summaryFile != null) {
      Files.writeString(Path.of(summaryFile), summary.toJson() + "\n");
    }
  }

  private Map<String, String> values(boolean local) throws CommandException {
    Map<String, String> values = configuration.file();
    if (!paths.isEmpty()) {
      put(values, ArchiveOptions.PATHS, list(paths));
    }
    if (!tasks.isEmpty()) {
      put(values, GroundingOptions.DEFAULT_TASKS, list(tasks));
    }
    put(values, ModelOptions.CHECKPOINT, checkpoint);
    put(values, OutputOptions.DIRECTORY, toFiles);
    put(values, OutputOptions.FORMAT, format);
    put(values, KafkaOptions.BOOTSTRAP_SERVERS, toKafka);
    put(values, RegistryOptions.URLS, schemaRegistry);
    put(values, BackfillOptions.NAME, name);
    put(values, BackfillOptions.STATE_DIRECTORY, state);
    put(values, ArchiveOptions.PICTURES_PER_SECOND, rate);
    values.putAll(configuration.overrides());
    if (local) {
      chooseCheckpoint(values);
      LocalJobs.choosePort(values);
      LocalFileSystems.load(values);
    }
    return values;
  }

  /** Uses the bundled checkpoint if none is named, like infer, and reports that. */
  private void chooseCheckpoint(Map<String, String> values) {
    if (values.containsKey(ModelOptions.CHECKPOINT.key())) {
      return;
    }
    try {
      String bundled = GroundstreamHome.demoCheckpoint().toString();
      values.put(ModelOptions.CHECKPOINT.key(), bundled);
      spec.commandLine()
          .getErr()
          .printf(
              "No --checkpoint is given: using the bundled one, %s, which knows drawn scenes"
                  + " only.%n",
              bundled);
    } catch (CommandException e) {
      // There is no bundled one; the missing option is reported with all other problems.
    }
  }

  private static void put(
      Map<String, String> values, ConfigOption<?> option, @Nullable String value) {
    if (value != null) {
      values.put(option.key(), value);
    }
  }

  /** Returns a list in the form of Flink's options; quotes protect semicolons within elements. */
  private static String list(List<String> elements) {
    return elements.stream()
        .map(element -> "'" + element.replace("'", "''") + "'")
        .collect(Collectors.joining(";"));
  }

  private void checkCluster(Map<String, String> values) throws CommandException {
    if (!StreamExecutionEnvironment.getExecutionEnvironment()
        .getConfiguration()
        .get(DeploymentOptions.ATTACHED)) {
      throw new CommandException(
          "flink run --detached: the end of the run would not be recorded (expected: flink run"
              + " without -d)");
    }
    if (!values.containsKey(BackfillOptions.STATE_DIRECTORY.key())) {
      throw new ParameterException(
          spec.commandLine(),
          BackfillOptions.STATE_DIRECTORY.key()
              + ": not set (expected: a folder that all machines of the cluster reach, as a URI)");
    }
  }
}
