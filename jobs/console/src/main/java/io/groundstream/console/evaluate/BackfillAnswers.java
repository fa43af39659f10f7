package io.groundstream.console.evaluate;

import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.RequestResult;
import io.groundstream.evaluation.benchmark.Prediction;
import io.groundstream.evaluation.benchmark.Query;
import io.groundstream.evaluation.dataset.DatasetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.specific.SpecificDatumReader;
import org.jspecify.annotations.Nullable;

/** The answers to a benchmark's questions in the Avro files of a backfill. */
public final class BackfillAnswers {
  private final Map<String, Prediction> byQuery = new HashMap<>();
  private final Map<String, String> settings = new TreeMap<>();
  private int turnedImages;

  private BackfillAnswers() {}

  /**
   * Reads all records of images in a folder and those below it.
   *
   * @throws DatasetException if there are none, they are damaged, or of several models
   */
  public static BackfillAnswers read(Path folder) throws DatasetException {
    BackfillAnswers answers = new BackfillAnswers();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(BackfillAnswers::isFinished).sorted().toList()) {
        answers.readFile(file);
      }
    } catch (IOException | AvroRuntimeException e) {
      throw new DatasetException(folder + ": cannot be read as a backfill's Avro files: " + e, e);
    }
    if (answers.byQuery.isEmpty()) {
      throw new DatasetException(
          folder + ": no records of images (expected: the folder of backfill --to-files)");
    }
    return answers;
  }

  private static boolean isFinished(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(".avro") && !name.startsWith(".") && !name.startsWith("_");
  }

  private void readFile(Path file) throws IOException, DatasetException {
    try (DataFileReader<GroundedImage> records =
        new DataFileReader<>(file.toFile(), new SpecificDatumReader<>(GroundedImage.class))) {
      if (!records.getSchema().getName().equals(GroundedImage.getClassSchema().getName())) {
        return;
      }
      for (GroundedImage image : records) {
        addSetting(file, "checkpoint", image.getModelName());
        addSetting(file, "revision", image.getModelRevision());
        addSetting(file, "dtype", image.getModelDtype());
        turnedImages += image.getOrientation() > 1 ? 1 : 0;
        for (RequestResult result : image.getRequests()) {
          byQuery.put(result.getRequestId(), prediction(result));
        }
      }
    }
  }

  private void addSetting(Path file, String name, String value) throws DatasetException {
    String before = settings.put(name, value);
    if (before != null && !before.equals(value)) {
      throw new DatasetException(
          file + ": " + name + " " + value + " (expected: " + before + ", as in the other files)");
    }
  }

  private static Prediction prediction(RequestResult result) {
    if (result.getErrorCode() != null) {
      return Prediction.failed(result.getRequestId(), result.getErrorCode());
    }
    return new Prediction(
        result.getRequestId(),
        textOf(result.getRawText()),
        textOf(result.getAnswer()),
        textOf(result.getFinishReason()),
        null);
  }

  private static String textOf(@Nullable String text) {
    return text == null ? "" : text;
  }

  /**
   * Returns the predictions of a benchmark's questions, in their order. A question without a record
   * has failed: its dead letter says why.
   */
  public List<Prediction> predictions(List<Query> queries) {
    return queries.stream()
        .map(
            query ->
                byQuery.getOrDefault(
                    query.id(), Prediction.failed(query.id(), "no record of a backfill")))
        .toList();
  }

  /** Returns what the records say of the model and of the images. */
  public Map<String, String> settings() {
    Map<String, String> all = new TreeMap<>(settings);
    all.put("decoding", "that of the backfill");
    all.put("orientation", "applied, to " + turnedImages + " turned images");
    return all;
  }
}
