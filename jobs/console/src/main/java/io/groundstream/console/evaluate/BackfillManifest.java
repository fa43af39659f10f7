package io.groundstream.console.evaluate;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.evaluation.benchmark.Query;
import io.groundstream.evaluation.dataset.DatasetException;
import io.groundstream.evaluation.dataset.ImageFolder;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Writes a benchmark's questions as a manifest for {@code groundstream backfill}, which asks them
 * as a batch job on a cluster: one JSON line for an image and some of its questions.
 */
public final class BackfillManifest {
  /** The default of {@code grounding.max-requests}. */
  private static final int MAX_REQUESTS = 32;

  private BackfillManifest() {}

  /**
   * Writes the manifest.
   *
   * @throws DatasetException if a question has no image, an image is missing, or the file cannot be
   *     written
   */
  public static void write(Path file, List<Query> queries, ImageFolder images)
      throws DatasetException {
    Map<String, List<Query>> byImage = new LinkedHashMap<>();
    for (Query query : queries) {
      if (!query.candidates().isEmpty()) {
        throw new DatasetException(
            "--write-manifest: question "
                + query.id()
                + " scores given texts (expected: a benchmark whose answers are generated)");
      }
      String image = query.image();
      if (image == null) {
        throw new DatasetException(
            "question " + query.id() + " has no image (expected: one, as a backfill reads images)");
      }
      byImage.computeIfAbsent(image, unused -> new ArrayList<>()).add(query);
    }
    images.check(byImage.keySet());
    try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      for (Map.Entry<String, List<Query>> entry : byImage.entrySet()) {
        Path image = Objects.requireNonNull(images.find(entry.getKey()));
        List<Query> own = entry.getValue();
        for (int from = 0; from < own.size(); from += MAX_REQUESTS) {
          List<Query> part = own.subList(from, Math.min(own.size(), from + MAX_REQUESTS));
          out.write(line(entry.getKey() + "#" + from / MAX_REQUESTS, image, part));
          out.write('\n');
        }
      }
    } catch (IOException e) {
      throw new DatasetException(file + ": cannot be written: " + e, e);
    }
  }

  private static String line(String id, Path image, List<Query> queries) {
    ObjectNode line = JsonMapper.builder().build().createObjectNode();
    line.put("id", id).put("uri", image.toAbsolutePath().normalize().toUri().toString());
    ArrayNode requests = line.putArray("requests");
    for (Query query : queries) {
      ObjectNode request = requests.addObject();
      request.put("request_id", query.id()).put("task", query.task());
      if (query.text() != null) {
        request.put("text", query.text());
      }
      if (!query.box().isEmpty()) {
        request
            .putArray("boxes")
            .addObject()
            .put("x_min", query.box().get(0))
            .put("y_min", query.box().get(1))
            .put("x_max", query.box().get(2))
            .put("y_max", query.box().get(3));
      }
    }
    return line.toString();
  }
}
