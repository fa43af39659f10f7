package io.groundstream.console.cli;

import io.groundstream.console.evaluate.Kosmos2Queries;
import io.groundstream.evaluation.benchmark.Benchmark;
import io.groundstream.evaluation.benchmark.Prediction;
import io.groundstream.evaluation.dataset.DatasetException;
import io.groundstream.evaluation.dataset.ImageFolder;
import io.groundstream.evaluation.run.Evaluation;
import io.groundstream.evaluation.run.PredictionFile;
import io.groundstream.evaluation.run.Report;
import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.terminal.LoadingLine;
import io.groundstream.jobs.terminal.ProgressLine;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.Kosmos2;
import io.groundstream.kosmos2.Kosmos2Options;
import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.program.DeviceException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs one benchmark with a model in this process, once for each number format and batch size.
 *
 * @param model the model's options
 * @param asking how it is asked
 * @param images the benchmark's images; null if its questions have none
 * @param datasetSettings the settings that say where the dataset is
 * @param judge computes the figures of a run
 * @param err where progress is shown
 */
record EvaluationRuns(
    ModelMixin model,
    AskingMixin asking,
    Benchmark benchmark,
    @Nullable ImageFolder images,
    Map<String, String> datasetSettings,
    Judge judge,
    PrintWriter err) {

  /** Computes the figures of a run. */
  interface Judge {
    Report.Run judge(
        Benchmark benchmark, Map<String, String> settings, List<Prediction> predictions)
        throws DatasetException;
  }

  /**
   * Runs the benchmark with the model's options, and then with those of each variant.
   *
   * @param file the predictions of the first run; those of the others are beside it
   */
  Report run(Path file) throws DatasetException, CommandException, InterruptedException {
    List<Report.Run> runs = new ArrayList<>();
    runs.add(run(file, model.options(benchmark.queries().size()), batchSetting()));
    for (AskingMixin.Variant variant : asking.variants()) {
      runs.add(
          run(
              beside(file, variant.precision() + "-" + variant.batch()),
              model.options(variant.precision(), variant.batch()),
              String.valueOf(variant.batch())));
    }
    return new Report(benchmark, runs);
  }

  private String batchSetting() {
    return model.hasBatchSize() ? String.valueOf(model.batchSize()) : "auto";
  }

  /** Returns the name of another run's file: predictions.jsonl is predictions.float32-1.jsonl. */
  private static Path beside(Path file, String variant) {
    String plain = String.valueOf(file.getFileName()).replaceFirst("\\.jsonl$", "");
    return file.resolveSibling(plain + "." + variant + ".jsonl");
  }

  private Report.Run run(Path path, Kosmos2Options options, String batch)
      throws DatasetException, CommandException, InterruptedException {
    try (Kosmos2 loaded = load(options);
        Kosmos2Queries queries =
            new Kosmos2Queries(loaded, options.checkpoint(), asking.generation())) {
      Map<String, String> settings = settings(loaded, batch);
      int total = benchmark.queries().size();
      try (PredictionFile file = PredictionFile.open(path, settings, benchmark)) {
        ProgressLine progress =
            new ProgressLine(err, "Evaluating " + benchmark.name() + " " + loaded.precision().id());
        progress.startAt(file.finished());
        Evaluation.run(
            benchmark,
            images,
            file,
            queries,
            window(options),
            done -> progress.update(done, total, done + " of " + total));
        progress.end();
      }
      return judge.judge(benchmark, settings, PredictionFile.read(path).predictions());
    } catch (ExecutionException e) {
      throw new CommandException(failure(e.getCause()), e);
    } catch (CheckpointException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Returns how many questions are under way: a batch of the run, and the next one. */
  static int window(Kosmos2Options options) {
    return options.engine().queueCapacity();
  }

  /** Returns why a run has ended. */
  static String failure(@Nullable Throwable cause) {
    return cause instanceof GroundingException fault
        ? fault.errorCode().code()
            + ": "
            + fault.getMessage()
            + " (a run with the same file of predictions continues here)"
        : "The model has failed: " + cause;
  }

  private Kosmos2 load(Kosmos2Options options) throws CommandException, InterruptedException {
    try (LoadingLine line = new LoadingLine(err)) {
      return Kosmos2.load(options, line);
    } catch (CheckpointException | DeviceException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  private Map<String, String> settings(Kosmos2 loaded, String batch) throws CheckpointException {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("benchmark", benchmark.name());
    settings.put("split", benchmark.split());
    settings.put("dataset_sha256", benchmark.hash());
    settings.put("questions", String.valueOf(benchmark.queries().size()));
    settings.put("checkpoint", loaded.modelName());
    settings.put("revision", loaded.revision());
    settings.put("device", loaded.device());
    settings.put("dtype", loaded.precision().id());
    settings.put("batch_size", batch);
    asking.addSettings(settings);
    settings.putAll(datasetSettings);
    return settings;
  }
}
