package io.groundstream.evaluation.benchmark;

import io.groundstream.evaluation.dataset.DatasetException;
import io.groundstream.evaluation.dataset.FlickrEntities;
import io.groundstream.evaluation.dataset.FlickrPhrases;
import io.groundstream.evaluation.dataset.KarpathyFile;
import io.groundstream.evaluation.dataset.LanguageTask;
import io.groundstream.evaluation.dataset.RefcocoFile;
import io.groundstream.evaluation.dataset.RefcocoPickle;
import io.groundstream.evaluation.dataset.ReferringExpression;
import io.groundstream.evaluation.dataset.SeedBenchFile;
import io.groundstream.evaluation.dataset.VqaFiles;
import io.groundstream.evaluation.metric.ChoiceScores;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Opens benchmarks by their names. */
public final class Benchmarks {
  private static final String SEED_BENCH = "seed-bench";

  /** The names of all benchmarks. */
  public static final List<String> NAMES =
      Stream.concat(
              Stream.of(
                  "flickr30k-entities",
                  "refcoco",
                  "refcocog-generation",
                  "flickr30k-captions",
                  "vqav2",
                  SEED_BENCH),
              Arrays.stream(LanguageTask.values()).map(LanguageTask::id))
          .toList();

  private Benchmarks() {}

  /**
   * Reads a dataset.
   *
   * @param name one of {@link #NAMES}
   * @throws DatasetException if there is no such benchmark, or a file is missing, damaged, or of
   *     another version
   */
  public static Benchmark open(String name, BenchmarkFiles files, BenchmarkOptions options)
      throws DatasetException {
    Benchmark benchmark =
        switch (name) {
          case "flickr30k-entities" -> flickrEntities(files);
          case "refcoco" -> refcoco(files);
          case "refcocog-generation" -> generation(files, options);
          case "flickr30k-captions" -> captions(files, options);
          case "vqav2" -> visualQuestions(files);
          case SEED_BENCH -> seedBench(files);
          default -> languageTask(name, files);
        };
    if (benchmark.queries().isEmpty()) {
      throw new DatasetException(name + ": nothing to ask (expected: a dataset)");
    }
    return benchmark;
  }

  private static Benchmark flickrEntities(BenchmarkFiles files) throws DatasetException {
    Path file =
        files.requiredAnnotations(
            "MDETR's final_flickr_separateGT_test.json, or test.txt of Flickr30k Entities");
    FlickrEntities entities =
        FlickrEntities.open(
            files.requiredEntities("the folder of Flickr30k Entities with its Annotations"));
    // Of these phrases no figure is published; MDETR's file has others.
    return String.valueOf(file.getFileName()).endsWith(".txt")
        ? new PhraseGrounding(
            variantOf(files.splitOf(file), "all phrases"), FlickrPhrases.ofIds(file, entities))
        : new PhraseGrounding(files.splitOf(file), FlickrPhrases.ofMdetr(file, entities));
  }

  private static Benchmark refcoco(BenchmarkFiles files) throws DatasetException {
    Path file =
        files.requiredAnnotations("MDETR's finetune_refcoco_val.json or like, or refs(unc).p");
    return new ReferringComprehension(refcocoSplit(file, files), expressions(file, files));
  }

  private static Benchmark generation(BenchmarkFiles files, BenchmarkOptions options)
      throws DatasetException {
    Path file =
        files.requiredAnnotations("MDETR's finetune_refcocog_val.json, or refcocog's refs(umd).p");
    return new ReferringGeneration(
        refcocoSplit(file, files),
        ReferringGeneration.byObject(expressions(file, files)),
        options.grounded(),
        options.meteorJar());
  }

  private static Benchmark captions(BenchmarkFiles files, BenchmarkOptions options)
      throws DatasetException {
    Path file = files.requiredAnnotations("Karpathy's dataset_flickr30k.json");
    String given = files.split();
    String split = given == null ? "test" : given;
    return new Captioning(
        split, KarpathyFile.read(file, split), options.scoresPrompt(), options.meteorJar());
  }

  private static Benchmark visualQuestions(BenchmarkFiles files) throws DatasetException {
    Path questions = files.requiredQuestions("v2_OpenEnded_mscoco_val2014_questions.json or like");
    return new VisualQuestions(
        files.splitOf(questions), VqaFiles.read(questions, files.annotations()));
  }

  private static Benchmark seedBench(BenchmarkFiles files) throws DatasetException {
    Path file = files.requiredAnnotations("SEED-Bench.json");
    return new MultipleChoice(
        SEED_BENCH, files.splitOf(file), SeedBenchFile.read(file), ChoiceScores.Rule.MEAN);
  }

  private static Benchmark languageTask(String name, BenchmarkFiles files) throws DatasetException {
    for (LanguageTask task : LanguageTask.values()) {
      if (task.id().equals(name)) {
        Path file = files.requiredAnnotations("the dataset's own file, such as " + task.fileName());
        return new MultipleChoice(
            name, files.splitOf(file), task.read(file), ChoiceScores.Rule.SUM);
      }
    }
    throw new DatasetException(
        "benchmark: " + name + " (expected: one of " + String.join(", ", NAMES) + ")");
  }

  /** Google's splits have the published ones' names and other objects. */
  private static String refcocoSplit(Path file, BenchmarkFiles files) {
    String split = files.splitOf(file);
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.contains("google") ? variantOf(split, "google") : split;
  }

  /** Returns a name of a split that no published figure has. */
  private static String variantOf(String split, String variant) {
    return split.isEmpty() ? variant : split + ", " + variant;
  }

  private static List<ReferringExpression> expressions(Path file, BenchmarkFiles files)
      throws DatasetException {
    if (!String.valueOf(file.getFileName()).endsWith(".p")) {
      return RefcocoFile.read(file);
    }
    String split = files.split();
    if (split == null) {
      throw new DatasetException("--split: not given (expected: val, test, testA or testB)");
    }
    return RefcocoPickle.read(file, split);
  }
}
