package io.groundstream.console.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.text.Box;
import io.groundstream.kosmos2.text.CandidateScore;
import io.groundstream.kosmos2.text.CandidateScore.Ranking;
import io.groundstream.kosmos2.text.Phrase;
import io.groundstream.kosmos2.text.PhraseBox;
import io.groundstream.kosmos2.text.Prompt;
import io.groundstream.kosmos2.text.Task;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Answers as the JSON lines that scripts read. The fields are a contract: add, never change. */
final class AnswerJson {
  private static final JsonMapper JSON = new JsonMapper();

  private AnswerJson() {}

  /**
   * Returns the line of an answer.
   *
   * @param task the task that was asked
   */
  static String answer(InferRequests.Asked asked, Task task, GroundedAnswer answer) {
    ObjectNode line = line(asked, task, answer.prompt());
    addAll(line.putArray("generated_ids"), answer.generatedIds());
    ArrayNode probabilities = line.putArray("probabilities");
    for (float probability : answer.probabilities()) {
      probabilities.add(probability);
    }
    line.put("text", answer.grounded().text());
    line.put("caption", answer.grounded().caption());
    line.put("answer", answer.grounded().answer());
    ArrayNode phrases = line.putArray("phrases");
    for (Phrase phrase : answer.grounded().phrases()) {
      ObjectNode entry = phrases.addObject();
      entry.put("phrase", phrase.phrase());
      entry.put("start", phrase.start());
      entry.put("end", phrase.end());
      entry.put("image", phrase.image());
      ArrayNode boxes = entry.putArray("boxes");
      for (PhraseBox box : phrase.boxes()) {
        add(boxes.addObject(), box);
      }
    }
    ArrayNode warnings = line.putArray("warnings");
    answer.grounded().warnings().forEach(warnings::add);
    line.put("finish_reason", answer.finishReason().id());
    line.put("max_new_tokens", answer.options().maxNewTokens());
    line.put("no_repeat_ngram_size", answer.options().noRepeatNgramSize());
    line.set("options", OptionsJson.of(answer.options()));
    return write(line);
  }

  /**
   * Returns the line of scores.
   *
   * @param task the task whose prompt the texts continue
   * @param tokenTexts returns the texts of token ids
   */
  static String scores(
      InferRequests.Asked asked,
      Task task,
      InferRequests.Result.Scored scored,
      Ranking ranking,
      Function<int[], List<String>> tokenTexts) {
    ObjectNode line = line(asked, task, scored.prompt());
    line.put("ranking", ranking.id());
    line.put("best", CandidateScore.best(scored.scores(), ranking));
    ArrayNode candidates = line.putArray("candidates");
    for (CandidateScore score : scored.scores()) {
      ObjectNode entry = candidates.addObject();
      entry.put("text", score.text());
      entry.put("sum", score.sum());
      entry.put("mean", score.mean());
      addAll(entry.putArray("ids"), score.tokens());
      ArrayNode tokens = entry.putArray("tokens");
      tokenTexts.apply(score.tokens()).forEach(tokens::add);
      ArrayNode logarithms = entry.putArray("log_probabilities");
      for (float logarithm : score.logProbabilities()) {
        logarithms.add(logarithm);
      }
    }
    return write(line);
  }

  /** Returns the beginning of a line: what was asked. */
  private static ObjectNode line(InferRequests.Asked asked, Task task, Prompt prompt) {
    ObjectNode line = JSON.createObjectNode();
    line.put("image", asked.name());
    if (!asked.images().isEmpty()) {
      PreparedImage image = asked.images().get(asked.images().size() - 1).prepared();
      line.put("width", image.width()).put("height", image.height());
    }
    ArrayNode names = line.putArray("images");
    asked.names().forEach(names::add);
    line.put("task", task.id());
    line.put("prompt", prompt.text());
    addAll(line.putArray("prompt_ids"), prompt.ids());
    return line;
  }

  /** Returns the line of an image or request that could not be processed. */
  static String error(@Nullable String name, String code, String message) {
    ObjectNode line = JSON.createObjectNode();
    line.put("image", name);
    line.putObject("error").put("code", code).put("message", message);
    return write(line);
  }

  private static void add(ObjectNode entry, PhraseBox phraseBox) {
    Box box = phraseBox.box();
    entry.put("x_min", box.xMin()).put("y_min", box.yMin());
    entry.put("x_max", box.xMax()).put("y_max", box.yMax());
    entry.put("confidence", phraseBox.confidence());
    entry.put("given", phraseBox.given());
    if (phraseBox.corrected()) {
      entry.put("corrected", true);
    }
  }

  private static void addAll(ArrayNode array, int[] values) {
    for (int value : values) {
      array.add(value);
    }
  }

  private static String write(ObjectNode line) {
    try {
      return JSON.writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
