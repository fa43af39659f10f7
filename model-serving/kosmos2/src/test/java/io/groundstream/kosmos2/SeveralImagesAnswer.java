package io.groundstream.kosmos2;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.text.CandidateScore.Ranking;
import io.groundstream.kosmos2.text.Demonstration;
import io.groundstream.kosmos2.text.PromptPart;
import io.groundstream.kosmos2.text.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * The reference's answer to a prompt with several images, or its scores of candidates: one line of
 * a golden file, which {@code several-images.py} makes.
 *
 * @param images the names of the images; null where the part is a text
 * @param texts the texts; empty where the part is an image
 * @param scores for each candidate, the logarithmic probabilities of its tokens
 */
record SeveralImagesAnswer(
    List<String> images,
    List<String> texts,
    List<String> candidates,
    int[] promptIds,
    int[] generatedIds,
    List<int[]> candidateIds,
    List<double[]> scores) {
  private static final JsonMapper JSON = new JsonMapper();

  /** Reads images once. */
  interface ImageReader {
    PreparedImage read(String name) throws IOException, GroundingException;
  }

  static List<SeveralImagesAnswer> read(String name) throws IOException {
    Path file = Path.of("src/test/resources/goldens/several-images-" + name + ".jsonl");
    List<SeveralImagesAnswer> answers = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      answers.add(parse(JSON.readTree(line)));
    }
    return answers;
  }

  private static SeveralImagesAnswer parse(JsonNode node) {
    List<String> images = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (JsonNode part : node.get("parts")) {
      images.add(part.path("image").asText());
      texts.add(part.path("text").asText());
    }
    List<String> candidates = new ArrayList<>();
    node.path("candidates").forEach(candidate -> candidates.add(candidate.asText()));
    List<int[]> candidateIds = new ArrayList<>();
    List<double[]> scores = new ArrayList<>();
    for (JsonNode score : node.path("scores")) {
      candidateIds.add(ints(score.get("ids")));
      scores.add(
          StreamSupport.stream(score.get("logs").spliterator(), false)
              .mapToDouble(JsonNode::asDouble)
              .toArray());
    }
    return new SeveralImagesAnswer(
        images,
        texts,
        candidates,
        ints(node.get("prompt_ids")),
        ints(node.path("generated_ids")),
        candidateIds,
        scores);
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  /** Returns a function that prepares each image of a folder once. */
  static ImageReader imagesIn(Path folder, Kosmos2 model) {
    Map<String, PreparedImage> prepared = new HashMap<>();
    return name -> {
      PreparedImage image = prepared.get(name);
      if (image == null) {
        try {
          image = model.prepare(Files.readAllBytes(folder.resolve(name)));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        prepared.put(name, image);
      }
      return image;
    };
  }

  /** Returns the prompt as parts. */
  GroundingRequest asParts(ImageReader reader, GenerationOptions options) throws Exception {
    List<PromptPart> parts = new ArrayList<>();
    for (int part = 0; part < images.size(); part++) {
      parts.add(
          images.get(part).isEmpty()
              ? new PromptPart.Text(texts.get(part))
              : new PromptPart.Image(reader.read(images.get(part))));
    }
    return scored(GroundingRequest.ofParts(parts, options));
  }

  /** Returns whether the prompt consists of demonstrations, an image and a text. */
  boolean isDemonstrated() {
    boolean alternates = images.size() % 2 == 0 && images.size() > 2;
    for (int part = 0; part < images.size(); part++) {
      alternates &= images.get(part).isEmpty() == (part % 2 == 1);
    }
    return alternates;
  }

  /** Returns the prompt as demonstrations and the text of the last image. */
  GroundingRequest asDemonstrations(ImageReader reader, GenerationOptions options, boolean shared)
      throws Exception {
    List<Demonstration> demonstrations = new ArrayList<>();
    int own = images.size() - 2;
    for (int part = 0; part < own; part += 2) {
      demonstrations.add(
          new Demonstration(reader.read(images.get(part)), texts.get(part + 1), List.of()));
    }
    return scored(
        new GroundingRequest(
                Task.PROMPT, texts.get(own + 1), List.of(), reader.read(images.get(own)), options)
            .withDemonstrations(new Demonstrations(demonstrations, shared)));
  }

  private GroundingRequest scored(GroundingRequest request) {
    return candidates.isEmpty()
        ? request
        : request.withCandidates(new Candidates(candidates, Ranking.SUM));
  }
}
