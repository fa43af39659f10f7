package io.groundstream.console.cli;

import io.groundstream.evaluation.benchmark.BenchmarkFiles;
import io.groundstream.jobs.cli.CommandException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of where a dataset is. */
final class DatasetMixin {
  /** The benchmarks of which there are drawn scenes. */
  static final List<String> DRAWN =
      List.of(
          "flickr30k-entities",
          "refcoco",
          "refcocog-generation",
          "flickr30k-captions",
          "vqav2",
          "seed-bench");

  @Option(
      names = "--annotations",
      paramLabel = "FILE",
      description =
          "The dataset's annotations: MDETR's final_flickr_separateGT_test.json, or test.txt of"
              + " Flickr30k Entities; MDETR's finetune_refcoco_val.json or like, or RefCOCO's"
              + " refs(unc).p with instances.json beside it; Karpathy's dataset_flickr30k.json;"
              + " v2_mscoco_val2014_annotations.json; SEED-Bench.json; a language task's own file.")
  private @Nullable Path annotations;

  @Option(
      names = "--entities",
      paramLabel = "DIR",
      description = "The folder of Flickr30k Entities, with Annotations and Sentences.")
  private @Nullable Path entities;

  @Option(names = "--questions", paramLabel = "FILE", description = "VQAv2's questions.")
  private @Nullable Path questions;

  @Option(
      names = "--split",
      description = "The split (default: the one in the file's name, such as testA).")
  private @Nullable String split;

  @Option(names = "--images", paramLabel = "DIR", description = "The folder of the images.")
  private @Nullable Path images;

  /** Returns where the dataset is, by the options, else as in the settings of an earlier run. */
  BenchmarkFiles files(Map<String, String> earlier) {
    return new BenchmarkFiles(
        path(annotations, earlier.get("information.annotations")),
        path(entities, earlier.get("information.entities")),
        path(questions, earlier.get("information.questions")),
        split != null ? split : earlier.get("information.split"));
  }

  /** Returns where a benchmark's files are in the bundled scenes. */
  static BenchmarkFiles scenes(String benchmark) throws CommandException {
    Path folder = BundledFolders.evaluationScenes();
    Path flickr = folder.resolve("flickr30k-entities");
    return switch (benchmark) {
      case "flickr30k-entities" ->
          new BenchmarkFiles(
              flickr.resolve("final_flickr_separateGT_test.json"), flickr, null, "scenes");
      case "refcoco" ->
          new BenchmarkFiles(
              folder.resolve("refcoco").resolve("finetune_refcoco_val.json"), null, null, "scenes");
      case "refcocog-generation" ->
          new BenchmarkFiles(
              folder.resolve("refcoco").resolve("finetune_refcocog_val.json"),
              null,
              null,
              "scenes");
      case "seed-bench" ->
          new BenchmarkFiles(folder.resolve("SEED-Bench.json"), null, null, "scenes");
      case "flickr30k-captions" ->
          new BenchmarkFiles(folder.resolve("dataset_flickr30k.json"), null, null, "scenes");
      case "vqav2" ->
          new BenchmarkFiles(
              folder.resolve("vqav2").resolve("v2_mscoco_val2014_annotations.json"),
              null,
              folder.resolve("vqav2").resolve("v2_OpenEnded_mscoco_val2014_questions.json"),
              "scenes");
      default ->
          throw new CommandException(
              "--scenes: the drawn scenes have no files for "
                  + benchmark
                  + " (expected: one of "
                  + String.join(", ", DRAWN)
                  + ")");
    };
  }

  /** Returns the settings that find the dataset again. */
  static Map<String, String> settings(BenchmarkFiles files) {
    Map<String, String> settings = new LinkedHashMap<>();
    put(settings, "information.annotations", files.annotations());
    put(settings, "information.entities", files.entities());
    put(settings, "information.questions", files.questions());
    if (files.split() != null) {
      settings.put("information.split", files.split());
    }
    return settings;
  }

  /** Returns the folder of images, or null if none is given. */
  @Nullable Path images() {
    return images;
  }

  private static void put(Map<String, String> settings, String key, @Nullable Path file) {
    if (file != null) {
      settings.put(key, file.toString());
    }
  }

  private static @Nullable Path path(@Nullable Path given, @Nullable String earlier) {
    return given != null ? given : earlier == null ? null : Path.of(earlier);
  }
}
