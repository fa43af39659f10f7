package io.groundstream.evaluation.run;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.groundstream.evaluation.benchmark.Prediction;
import io.groundstream.evaluation.dataset.DatasetException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes the file of results that VQA's evaluation server takes. */
public final class VqaResults {
  private VqaResults() {}

  /**
   * Writes the answers, normalised by nothing.
   *
   * @throws DatasetException if the file cannot be written
   */
  public static void write(Path file, List<Prediction> predictions) throws DatasetException {
    ArrayNode results = JsonMapper.builder().build().createArrayNode();
    for (Prediction prediction : predictions) {
      results
          .addObject()
          .put("question_id", Long.parseLong(prediction.id()))
          .put("answer", prediction.answer().strip());
    }
    try {
      Files.writeString(file, results.toString(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new DatasetException(file + ": cannot be written: " + e, e);
    }
  }
}
