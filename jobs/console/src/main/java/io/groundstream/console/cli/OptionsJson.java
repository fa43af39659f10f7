package io.groundstream.console.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.kosmos2.decoding.Constraint;
import io.groundstream.kosmos2.decoding.Sampling;
import io.groundstream.kosmos2.engine.GenerationOptions;

/** The options by which an answer was generated, as JSON with the names of events' options. */
final class OptionsJson {
  private OptionsJson() {}

  /** Returns all options; those of sampling only if tokens were drawn at random. */
  static ObjectNode of(GenerationOptions options) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("max_new_tokens", options.maxNewTokens());
    json.put("min_new_tokens", options.minNewTokens());
    json.put("no_repeat_ngram_size", options.noRepeatNgramSize());
    json.put("repetition_penalty", options.repetitionPenalty());
    json.put("beams", options.beams());
    json.put("length_penalty", options.lengthPenalty());
    Sampling sampling = options.sampling();
    if (sampling != null) {
      json.put("temperature", sampling.temperature());
      json.put("top_k", sampling.topK());
      json.put("top_p", sampling.topP());
      json.put("seed", sampling.seed());
    }
    ArrayNode stop = json.putArray("stop");
    options.stopStrings().forEach(stop::add);
    ArrayNode badWords = json.putArray("bad_words");
    options.badWords().forEach(badWords::add);
    addConstraint(json, options.constraint());
    return json;
  }

  private static void addConstraint(ObjectNode json, Constraint constraint) {
    if (constraint instanceof Constraint.WellFormed wellFormed) {
      json.put("constraint", wellFormed.required() ? "boxes" : "well-formed");
      addMaxBoxes(json, wellFormed.maxBoxes());
    } else if (constraint instanceof Constraint.Choices choices) {
      ArrayNode texts = json.putArray("choices");
      choices.texts().forEach(texts::add);
    } else if (constraint instanceof Constraint.Phrases phrases) {
      ArrayNode texts = json.putArray("phrases");
      phrases.texts().forEach(texts::add);
      addMaxBoxes(json, phrases.maxBoxes());
    } else {
      json.put("constraint", "any");
    }
  }

  private static void addMaxBoxes(ObjectNode json, int most) {
    if (most != Constraint.WellFormed.ANY_NUMBER) {
      json.put("max_boxes", most);
    }
  }
}
