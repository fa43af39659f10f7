package io.groundstream.console.cli;

import io.groundstream.console.evaluate.BackfillAnswers;
import io.groundstream.console.evaluate.BackfillManifest;
import io.groundstream.evaluation.benchmark.Benchmark;
import io.groundstream.evaluation.benchmark.BenchmarkFiles;
import io.groundstream.evaluation.benchmark.Benchmarks;
import io.groundstream.evaluation.benchmark.Prediction;
import io.groundstream.evaluation.dataset.DatasetException;
import io.groundstream.evaluation.dataset.ImageFolder;
import io.groundstream.evaluation.run.PredictionFile;
import io.groundstream.evaluation.run.Report;
import io.groundstream.evaluation.run.VqaResults;
import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.jobs.cli.TextTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Evaluates a model on the datasets of Kosmos-2's paper. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = {
      "Evaluate a model on the datasets of Kosmos-2's paper, as its authors did.",
      "",
      "Prints our figures beside the published ones. Every prediction is kept as a JSON line, from"
          + " which the figures can be computed again without the model.",
      ""
    },
    footer = {
      "",
      "An interrupted run continues where its file of predictions ends.",
      "",
      "Examples:",
      "  groundstream evaluate --scenes",
      "  groundstream evaluate refcoco --checkpoint DIR --annotations finetune_refcoco_val.json \\",
      "      --images coco/ --predictions refcoco-val.jsonl",
      "  groundstream evaluate refcoco --from refcoco-val.jsonl",
      "Exit codes: 0 all went well; 2 wrong usage; 3 something failed, or some images or requests."
    })
final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelMixin model;
  @Mixin private DatasetMixin dataset;
  @Mixin private AskingMixin asking;

  @Parameters(
      paramLabel = "BENCHMARK",
      arity = "0..1",
      description = "The benchmark; docs/evaluations.md describes each.")
  private @Nullable String name;

  @Option(
      names = "--scenes",
      description =
          "Take the bundled drawn scenes, which the demo checkpoint knows, as the dataset; without"
              + " BENCHMARK, one report for each.")
  private boolean scenes;

  @Option(
      names = "--predictions",
      paramLabel = "FILE",
      description =
          "Where predictions are kept (default: BENCHMARK.jsonl; with --scenes, nowhere).")
  private @Nullable Path predictions;

  @Option(
      names = "--from",
      paramLabel = "FILE",
      split = ",",
      description =
          "Compute the figures from the predictions of earlier runs, without a model. Several files"
              + " show their spread.")
  private List<Path> from = new ArrayList<>();

  @Option(
      names = "--write-manifest",
      paramLabel = "FILE",
      description =
          "Ask nothing, and write the questions for 'groundstream backfill', which asks them as a"
              + " batch job.")
  private @Nullable Path manifest;

  @Option(
      names = "--from-backfill",
      paramLabel = "DIR",
      description = "Compute the figures from the Avro files of that backfill.")
  private @Nullable Path backfill;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Ask the first N questions only; such figures are not comparable.")
  private @Nullable Integer limit;

  @Option(
      names = "--vqa-results",
      paramLabel = "FILE",
      description = "Write the answers of vqav2 for VQA's evaluation server, too.")
  private @Nullable Path vqaResults;

  @Option(names = "--json", description = "Print the report as JSON, one object a line.")
  private boolean json;

  @Override
  public Integer call() throws CommandException, InterruptedException {
    checkUsage();
    try {
      if (name != null && manifest != null) {
        writeManifest(name, manifest);
        return ExitCodes.OK;
      }
      long failed = 0;
      for (String benchmark : benchmarks()) {
        Report report =
            backfill != null
                ? recompute(benchmark, backfill)
                : from.isEmpty() ? run(benchmark) : recompute(benchmark);
        print(benchmark, report);
        failed += report.failed();
      }
      return failed == 0 ? ExitCodes.OK : ExitCodes.FAILED;
    } catch (DatasetException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  private void checkUsage() {
    if (name == null && !scenes) {
      throw usage(
          "Missing BENCHMARK (expected: one of " + String.join(", ", Benchmarks.NAMES) + ")");
    }
    boolean single = predictions != null || !from.isEmpty() || manifest != null || backfill != null;
    if (name == null && single) {
      throw usage(
          "Missing BENCHMARK: --predictions, --from, --from-backfill and --write-manifest are for a"
              + " single one");
    }
    if (limit != null && limit < 1) {
      throw usage("--limit: " + limit + " (expected: >= 1)");
    }
    String problem = asking.problem();
    if (problem != null) {
      throw usage(problem);
    }
    if (model.batchSize() < 1) {
      throw usage("--batch-size: " + model.batchSize() + " (expected: >= 1)");
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private List<String> benchmarks() {
    return name == null ? DatasetMixin.DRAWN : List.of(name);
  }

  // From predictions -----------------------------------------------------------------------------

  private Report recompute(String benchmark) throws DatasetException, CommandException {
    List<Report.Run> runs = new ArrayList<>();
    Benchmark opened = null;
    for (Path file : from) {
      PredictionFile.Content content = PredictionFile.read(file);
      opened = opened == null ? open(benchmark, files(benchmark, content.settings())) : opened;
      PredictionFile.checkComplete(file, content, opened);
      runs.add(judged(opened, content.settings(), content.predictions()));
    }
    if (opened == null) {
      throw new IllegalStateException("--from has no file");
    }
    return new Report(opened, runs);
  }

  // As a backfill ------------------------------------------------------------------------------

  private void writeManifest(String benchmark, Path file)
      throws DatasetException, CommandException {
    Benchmark opened = open(benchmark, files(benchmark, Map.of()));
    BackfillManifest.write(file, opened.queries(), images());
  }

  private Report recompute(String benchmark, Path folder)
      throws DatasetException, CommandException {
    BenchmarkFiles files = files(benchmark, Map.of());
    Benchmark opened = open(benchmark, files);
    BackfillAnswers answers = BackfillAnswers.read(folder);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("benchmark", opened.name());
    settings.put("split", opened.split());
    settings.put("dataset_sha256", opened.hash());
    settings.putAll(answers.settings());
    return new Report(
        opened, List.of(judged(opened, settings, answers.predictions(opened.queries()))));
  }

  private ImageFolder images() throws DatasetException, CommandException {
    Path folder = scenes ? BundledFolders.evaluationScenes().resolve("images") : dataset.images();
    if (folder == null) {
      throw usage("--images: not given (expected: the folder of the dataset's images)");
    }
    return ImageFolder.open(folder);
  }

  private BenchmarkFiles files(String benchmark, Map<String, String> earlier)
      throws CommandException {
    return scenes ? DatasetMixin.scenes(benchmark) : dataset.files(earlier);
  }

  private Benchmark open(String benchmark, BenchmarkFiles files) throws DatasetException {
    Benchmark opened = Benchmarks.open(benchmark, files, asking.benchmark());
    return limit == null ? opened : opened.first(limit);
  }

  // With a model ---------------------------------------------------------------------------------

  private Report run(String benchmark)
      throws DatasetException, CommandException, InterruptedException {
    BenchmarkFiles files = files(benchmark, Map.of());
    Benchmark opened = open(benchmark, files);
    boolean needsImages = opened.queries().stream().anyMatch(query -> query.image() != null);
    ImageFolder images = needsImages ? images() : null;
    if (predictions == null && scenes) {
      return runUnkept(opened, files, images);
    }
    Path file = predictions != null ? predictions : Path.of(benchmark + ".jsonl");
    return runs(opened, files, images).run(file);
  }

  private EvaluationRuns runs(
      Benchmark opened, BenchmarkFiles files, @Nullable ImageFolder images) {
    return new EvaluationRuns(
        model,
        asking,
        opened,
        images,
        DatasetMixin.settings(files),
        this::judged,
        spec.commandLine().getErr());
  }

  private Report runUnkept(Benchmark opened, BenchmarkFiles files, @Nullable ImageFolder images)
      throws DatasetException, CommandException, InterruptedException {
    try {
      Path folder = Files.createTempDirectory("groundstream-evaluate");
      try {
        return runs(opened, files, images).run(folder.resolve("predictions.jsonl"));
      } finally {
        try (DirectoryStream<Path> kept = Files.newDirectoryStream(folder)) {
          for (Path one : kept) {
            Files.delete(one);
          }
        }
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new CommandException("The predictions cannot be written: " + e, e);
    }
  }

  private Report.Run judged(
      Benchmark benchmark, Map<String, String> settings, List<Prediction> predictions)
      throws DatasetException {
    if (vqaResults != null && benchmark.name().equals("vqav2")) {
      VqaResults.write(vqaResults, predictions);
    }
    return Report.Run.of(benchmark, settings, predictions);
  }

  // The report -----------------------------------------------------------------------------------

  private void print(String benchmark, Report report) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(report.json());
    } else {
      out.println(benchmark);
      TextTable.print(report.rows(), System.out);
      report.notes().forEach(note -> out.println("  " + TextTable.plain(note)));
      out.println();
    }
    out.flush();
  }
}
