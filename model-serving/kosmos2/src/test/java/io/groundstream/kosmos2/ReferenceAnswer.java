package io.groundstream.kosmos2;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;

/** An answer of the reference implementation, one line of a golden file. */
record ReferenceAnswer(
    String image,
    String prompt,
    int[] promptIds,
    int[] generatedIds,
    double[] probabilities,
    String text,
    String caption,
    int phraseCount) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Path GOLDENS = Path.of("src/test/resources/goldens");

  /** Reads the answers in {@code generation-NAME.jsonl}. */
  static List<ReferenceAnswer> read(String name) {
    try {
      return Files.readAllLines(GOLDENS.resolve("generation-" + name + ".jsonl")).stream()
          .filter(line -> !line.isBlank())
          .map(ReferenceAnswer::parse)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ReferenceAnswer parse(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      return new ReferenceAnswer(
          node.get("image").asText(),
          node.get("prompt").asText(),
          ints(node.get("prompt_ids")),
          ints(node.get("generated_ids")),
          StreamSupport.stream(node.get("probabilities").spliterator(), false)
              .mapToDouble(JsonNode::asDouble)
              .toArray(),
          node.get("text").asText(),
          node.get("caption").asText(),
          node.get("entities").size());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }
}
