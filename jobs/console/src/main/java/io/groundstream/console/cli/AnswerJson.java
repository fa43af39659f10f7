package io.groundstream.console.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.text.Box;
import io.groundstream.kosmos2.text.Phrase;
import io.groundstream.kosmos2.text.PhraseBox;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Answers as the JSON lines that scripts read. The fields are a contract: add, never change. */
final class AnswerJson {
  private static final JsonMapper JSON = new JsonMapper();

  private AnswerJson() {}

  /** Returns the line of an answer about the image with a name. */
  static String answer(
      @Nullable String name, @Nullable PreparedImage image, GroundedAnswer answer) {
    ObjectNode line = JSON.createObjectNode();
    line.put("image", name);
    if (image != null) {
      line.put("width", image.width()).put("height", image.height());
    }
    line.put("task", answer.task().id());
    line.put("prompt", answer.prompt().text());
    addAll(line.putArray("prompt_ids"), answer.prompt().ids());
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
    return write(line);
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
