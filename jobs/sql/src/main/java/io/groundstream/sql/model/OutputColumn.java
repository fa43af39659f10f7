package io.groundstream.sql.model;

import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.text.GroundedText;
import io.groundstream.kosmos2.text.Phrase;
import io.groundstream.kosmos2.text.PhraseBox;
import io.groundstream.operators.grounding.RequestOutcome;
import io.groundstream.operators.output.ModelIdentity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The columns that a model can have as its output, with the names and meanings of the fields of
 * {@code GroundedImage}, {@code RequestResult}, {@code GroundedPhrase} and {@code DeadLetter}.
 */
enum OutputColumn {
  CAPTION(Shape.TEXT, grounded(GroundedText::caption)),
  ANSWER(Shape.TEXT, grounded(GroundedText::answer)),
  PROMPT(Shape.TEXT, answered(answer -> answer.prompt().text())),
  RAW_TEXT(Shape.TEXT, grounded(GroundedText::text)),
  PHRASES(new Shape.ListOf(PhraseFields.SHAPE), grounded(PhraseFields::of)),
  PHRASE_COUNT(Shape.INTEGER, grounded(text -> text.phrases().size())),
  FINISH_REASON(Shape.TEXT, answered(answer -> answer.finishReason().id())),
  PROMPT_TOKENS(Shape.INTEGER, answered(answer -> answer.prompt().ids().length)),
  GENERATED_TOKENS(Shape.INTEGER, answered(answer -> answer.generatedIds().length)),
  WARNINGS(new Shape.ListOf(Shape.TEXT), grounded(GroundedText::warnings)),
  WIDTH(Shape.INTEGER, (outcome, model) -> outcome.width() == 0 ? null : outcome.width()),
  HEIGHT(Shape.INTEGER, (outcome, model) -> outcome.height() == 0 ? null : outcome.height()),
  MODEL_NAME(Shape.TEXT, (outcome, model) -> model.name()),
  MODEL_REVISION(Shape.TEXT, (outcome, model) -> model.revision()),
  MODEL_DTYPE(Shape.TEXT, (outcome, model) -> model.dtype()),
  ERROR_CODE(
      Shape.TEXT, (outcome, model) -> outcome.failure() == null ? null : outcome.failure().code()),
  ERROR_MESSAGE(
      Shape.TEXT,
      (outcome, model) -> outcome.failure() == null ? null : outcome.failure().message());

  /** Returns the value of a column, as {@link Shape#toData} takes it. */
  @FunctionalInterface
  private interface Value {
    @Nullable Object of(RequestOutcome outcome, ModelIdentity model);
  }

  @SuppressWarnings("ImmutableEnumChecker") // Records of values.
  private final Shape shape;

  @SuppressWarnings("ImmutableEnumChecker") // A lambda without state.
  private final Value value;

  OutputColumn(Shape shape, Value value) {
    this.shape = shape;
    this.value = value;
  }

  /** Returns the column of a name, or null if there is none. */
  static @Nullable OutputColumn find(String name) {
    for (OutputColumn column : values()) {
      if (column.columnName().equals(name)) {
        return column;
      }
    }
    return null;
  }

  String columnName() {
    return name().toLowerCase(Locale.ROOT);
  }

  Shape shape() {
    return shape;
  }

  /** Returns whether an answered row of {@link OnError#FAIL} always has a value. */
  boolean isAlwaysSet() {
    return switch (this) {
      // A prompt may go without an image.
      case WIDTH, HEIGHT, ERROR_CODE, ERROR_MESSAGE -> false;
      case CAPTION,
          ANSWER,
          PROMPT,
          RAW_TEXT,
          PHRASES,
          PHRASE_COUNT,
          FINISH_REASON,
          PROMPT_TOKENS,
          GENERATED_TOKENS,
          WARNINGS,
          MODEL_NAME,
          MODEL_REVISION,
          MODEL_DTYPE ->
          true;
    };
  }

  @Nullable Object value(RequestOutcome outcome, ModelIdentity model) {
    return value.of(outcome, model);
  }

  private static Value answered(Function<GroundedAnswer, Object> value) {
    return (outcome, model) -> outcome.answer() == null ? null : value.apply(outcome.answer());
  }

  private static Value grounded(Function<GroundedText, Object> value) {
    return answered(answer -> value.apply(answer.grounded()));
  }

  /** The fields of phrases and their boxes. */
  private static final class PhraseFields {
    private static final Shape BOX =
        Shape.Fields.of(
            "x_min", Shape.NUMBER,
            "y_min", Shape.NUMBER,
            "x_max", Shape.NUMBER,
            "y_max", Shape.NUMBER,
            "confidence", Shape.NUMBER_OR_NULL,
            "source", Shape.TEXT,
            "corrected", Shape.TRUTH);

    static final Shape SHAPE =
        Shape.Fields.of(
            "phrase", Shape.TEXT,
            "ordinal", Shape.INTEGER,
            "start", Shape.INTEGER,
            "end", Shape.INTEGER,
            "boxes", new Shape.ListOf(BOX));

    private PhraseFields() {}

    static List<Map<String, Object>> of(GroundedText text) {
      List<Map<String, Object>> phrases = new ArrayList<>();
      for (Phrase phrase : text.phrases()) {
        Map<String, Object> fields = new HashMap<>();
        fields.put("phrase", phrase.phrase());
        fields.put("ordinal", phrases.size());
        fields.put("start", phrase.start());
        fields.put("end", phrase.end());
        fields.put("boxes", phrase.boxes().stream().map(PhraseFields::of).toList());
        phrases.add(fields);
      }
      return phrases;
    }

    private static Map<String, @Nullable Object> of(PhraseBox box) {
      Map<String, @Nullable Object> fields = new HashMap<>();
      fields.put("x_min", box.box().xMin());
      fields.put("y_min", box.box().yMin());
      fields.put("x_max", box.box().xMax());
      fields.put("y_max", box.box().yMax());
      fields.put("confidence", box.confidence());
      fields.put("source", box.given() ? "given" : "generated");
      fields.put("corrected", box.corrected());
      return fields;
    }
  }
}
