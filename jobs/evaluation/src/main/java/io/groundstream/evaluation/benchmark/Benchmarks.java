package io.groundstream.evaluation.benchmark;

import io.groundstream.evaluation.dataset.DatasetException;
import io.groundstream.evaluation.dataset.FlickrEntities;
import io.groundstream.evaluation.dataset.FlickrPhrases;
import io.groundstream.evaluation.dataset.KarpathyFile;
import io.groundstream.evaluation.dataset.LanguageTask;
import io.groundstream.evaluation.dataset.RefcocoFile;
import io.groundstream.evaluation.dataset.RefcocoPickle;
import io.groundstream.evaluation.dataset.ReferringExpression;
import io.groundstream.evaluation.dataset.VqaFiles;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Opens benchmarks by their names. */
public final class Benchmarks {
  /** The names of all benchmarks that this version can run. */
  public static final List<String> NAMES =
      List.of(
          "flickr30k-entities", "refcoco", "refcocog-generation", "flickr30k-captions", "vqav2");

  /**
   * The names of benchmarks that need the likelihood of given text, which no model here has yet.
   */
  private static final Set<String> SCORED =
      Stream.concat(
              Stream.of("seed-bench"), Arrays.stream(LanguageTask.values()).map(LanguageTask::id))
          .collect(Collectors.toUnmodifiableSet());

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
    if (SCORED.contains(name)) {
      throw new DatasetException(
          "benchmark: "
              + name
              + " compares the likelihood of given choices, which the model cannot score yet"
              + " (expected: one of "
              + String.join(", ", NAMES)
              + ")");
    }
    Benchmark benchmark =
        switch (name) {
          case "flickr30k-entities" -> flickrEntities(files);
          case "refcoco" -> refcoco(files);
          case "refcocog-generation" -> generation(files, options);
          case "flickr30k-captions" -> captions(files, options);
          case "vqav2" -> visualQuestions(files);
          default ->
              throw new DatasetException(
                  "benchmark: " + name + " (expected: one of " + String.join(", ", NAMES) + ")");
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
