package io.groundstream.it;

import io.groundstream.jobs.backfill.Backfill;
import io.groundstream.jobs.backfill.BackfillSummary;
import io.groundstream.jobs.configuration.BackfillSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures how fast a backfill reads and emits, with a model that answers at once and does not
 * decode: the same images alternately from tar shards and from loose files, to Avro files. Prints
 * images per second and the ratio of the best runs.
 *
 * <pre>{@code
 * java … io.groundstream.it.BackfillBenchmark [IMAGES [BYTES_EACH [ROUNDS]]]
 * }</pre>
 */
final class BackfillBenchmark {
  private static final int IMAGES_PER_SHARD = 1000;

  private BackfillBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    int images = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20_000;
    int bytes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 16_000;
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
    Path folder = Files.createTempDirectory("backfill-benchmark");
    try {
      Path shards = folder.resolve("shards");
      Path loose = folder.resolve("loose");
      Shards.writeTar(shards, images / IMAGES_PER_SHARD, IMAGES_PER_SHARD, bytes);
      Shards.writeLoose(loose, images, bytes);
      double bestShards = 0;
      double bestLoose = 0;
      for (int round = 1; round <= rounds; round++) {
        double fromShards = rate(folder, shards, images);
        double fromLoose = rate(folder, loose, images);
        System.out.printf(
            Locale.ROOT,
            "round %d: %.0f images/s from shards, %.0f from loose files%n",
            round,
            fromShards,
            fromLoose);
        bestShards = Math.max(bestShards, fromShards);
        bestLoose = Math.max(bestLoose, fromLoose);
      }
      System.out.printf(
          Locale.ROOT,
          "best: %.0f images/s from shards, %.0f from loose files, ratio %.2f; %d images of %d"
              + " bytes, %d processors%n",
          bestShards,
          bestLoose,
          bestShards / bestLoose,
          images,
          bytes,
          Runtime.getRuntime().availableProcessors());
    } finally {
      delete(folder);
    }
    System.exit(0);
  }

  private static double rate(Path folder, Path archive, int images) throws Exception {
    Path output = folder.resolve("output");
    Map<String, String> values = new HashMap<>();
    values.put("archive.paths", archive.toString());
    values.put("output.directory", output.toString());
    values.put("backfill.state-directory", folder.resolve("state").toString());
    values.put("model.checkpoint", "none");
    values.put("job.checkpoint-interval", "10 s");
    BackfillSettings settings = BackfillSettings.parse(values);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    BackfillSummary summary;
    try (Backfill backfill = Backfill.prepare(settings, /* resume= */ false, err)) {
      summary = backfill.run(new InstantModels());
    }
    if (summary == null || summary.images() != images || summary.failed() != 0) {
      throw new AssertionError("not all images: " + summary);
    }
    delete(output);
    return summary.imagesPerSecond();
  }

  private static void delete(Path folder) throws IOException {
    List<Path> all;
    try (var paths = Files.walk(folder)) {
      all = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
