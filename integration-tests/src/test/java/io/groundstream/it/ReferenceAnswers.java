package io.groundstream.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.Kosmos2;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.text.GroundedText;
import io.groundstream.kosmos2.text.Phrase;
import io.groundstream.kosmos2.text.PhraseBox;
import io.groundstream.kosmos2.text.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The answers of the reference, or of another undisturbed model, about the demo's scenes. */
final class ReferenceAnswers {
  private static final Path GOLDENS =
      Path.of("..", "model-serving", "kosmos2", "src", "test", "resources", "goldens");

  private final Map<String, Answer> answers = new HashMap<>();

  /** A caption and its phrases. */
  record Answer(String caption, List<NamedBoxes> phrases) {}

  /**
   * A phrase and its boxes.
   *
   * @param start the start in the caption, in code points
   * @param end the exclusive end in the caption, in code points
   * @param boxes the boxes, each x_min, y_min, x_max, y_max in [0, 1]
   */
  record NamedBoxes(String phrase, int start, int end, List<List<Double>> boxes) {}

  static ReferenceAnswers read() throws IOException {
    ReferenceAnswers all = new ReferenceAnswers();
    ObjectMapper json = new ObjectMapper();
    for (String line : Files.readAllLines(GOLDENS.resolve("generation-demo.jsonl"))) {
      JsonNode golden = json.readTree(line);
      List<NamedBoxes> phrases = new ArrayList<>();
      for (JsonNode entity : golden.get("entities")) {
        List<List<Double>> boxes = new ArrayList<>();
        for (JsonNode box : entity.get(2)) {
          List<Double> numbers = new ArrayList<>();
          box.forEach(number -> numbers.add(number.asDouble()));
          boxes.add(numbers);
        }
        JsonNode span = entity.get(1);
        phrases.add(
            new NamedBoxes(
                entity.get(0).asText(), span.get(0).asInt(), span.get(1).asInt(), boxes));
      }
      all.answers.put(
          key(golden.get("image").asText(), golden.get("prompt").asText()),
          new Answer(golden.get("caption").asText(), phrases));
    }
    return all;
  }

  /** Asks a model in this process every question about every scene. */
  static ReferenceAnswers of(
      Kosmos2 model, List<ClusterEvents.Question> questions, GenerationOptions options)
      throws Exception {
    Map<String, CompletableFuture<GroundedAnswer>> asked = new HashMap<>();
    for (int index = 0; index < ClusterEvents.SCENE_COUNT; index++) {
      String scene = "scene-%03d.jpg".formatted(index);
      PreparedImage prepared =
          model.prepare(Files.readAllBytes(ClusterEvents.SCENES.resolve(scene)));
      for (ClusterEvents.Question question : questions) {
        asked.put(
            key(scene, question.prompt()),
            model.ground(
                new GroundingRequest(
                    Task.parse(question.task()), question.text(), List.of(), prepared, options)));
      }
    }
    ReferenceAnswers all = new ReferenceAnswers();
    for (Map.Entry<String, CompletableFuture<GroundedAnswer>> answer : asked.entrySet()) {
      GroundedText text = answer.getValue().get().grounded();
      all.answers.put(
          answer.getKey(),
          new Answer(
              text.caption(), text.phrases().stream().map(ReferenceAnswers::boxes).toList()));
    }
    return all;
  }

  private static NamedBoxes boxes(Phrase phrase) {
    return new NamedBoxes(
        phrase.phrase(),
        phrase.start(),
        phrase.end(),
        phrase.boxes().stream()
            .map(PhraseBox::box)
            .map(box -> List.of(box.xMin(), box.yMin(), box.xMax(), box.yMax()))
            .toList());
  }

  /** Returns the number of questions whose answers differ from those of another model. */
  long differencesFrom(ReferenceAnswers other) {
    return answers.entrySet().stream()
        .filter(answer -> !answer.getValue().equals(other.answers.get(answer.getKey())))
        .count();
  }

  /**
   * @param prompt the prompt, without the image
   */
  Answer of(String image, String prompt) {
    Answer answer = answers.get(key(image, prompt));
    if (answer == null) {
      throw new AssertionError("The reference has no answer for " + key(image, prompt));
    }
    return answer;
  }

  private static String key(String image, String prompt) {
    return image + " " + prompt.strip();
  }
}
