package io.groundstream.operators.grounding;

import io.groundstream.avro.DecodingOptions;
import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.decoding.Constraint;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.text.Task;
import io.groundstream.operators.settings.SettingsReader;
import io.groundstream.schemas.text.Texts;
import java.io.Serializable;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which answers a job allows, unless a request says otherwise.
 *
 * @param kind for the tasks that ground
 * @param maxBoxes the maximum number of boxes in an answer; null for any number
 * @param choices the possible answers to the task question; empty for any
 */
record AllowedAnswers(Kind kind, @Nullable Integer maxBoxes, List<String> choices)
    implements Serializable {

  /** What a constraint is called in configuration and requests. */
  enum Kind {
    ANY("any"),
    WELL_FORMED("well-formed"),
    BOXES("boxes");

    private final String id;

    Kind(String id) {
      this.id = id;
    }

    @Override
    public String toString() {
      return id;
    }
  }

  static final AllowedAnswers ANY = new AllowedAnswers(Kind.ANY, null, List.of());

  private static final String KINDS = "any, well-formed or boxes";
  private static final int LONGEST_SHOWN = 60;

  /** Tasks whose answers have spans. Of prompts that is not known. */
  private static final Set<Task> GROUNDS =
      EnumSet.of(
          Task.GROUNDED_CAPTION,
          Task.DETAILED_CAPTION,
          Task.PHRASE_GROUNDING,
          Task.PHRASE_IN_SENTENCE,
          Task.REFERRING_EXPRESSION,
          Task.GROUNDED_QUESTION);

  AllowedAnswers {
    choices = List.copyOf(choices);
  }

  static AllowedAnswers read(SettingsReader reader) {
    AllowedAnswers allowed =
        new AllowedAnswers(
            reader.get(GroundingOptions.CONSTRAINT, any -> true, KINDS),
            reader.find(GroundingOptions.MAX_BOXES, count -> count >= 1, ">= 1"),
            reader.get(
                GroundingOptions.CHOICES,
                AllowedAnswers::areChoices,
                "at most "
                    + GenerationOptions.MAX_CHOICES
                    + " texts of 1 to "
                    + GenerationOptions.MAX_CHOICE_CHARACTERS
                    + " characters"));
    if (allowed.maxBoxes != null && allowed.kind == Kind.ANY) {
      reader.problem(
          GroundingOptions.MAX_BOXES,
          "only with " + GroundingOptions.CONSTRAINT.key() + ": well-formed or boxes");
    }
    return allowed;
  }

  private static boolean areChoices(List<String> texts) {
    return texts.size() <= GenerationOptions.MAX_CHOICES
        && texts.stream()
            .allMatch(
                text ->
                    !text.isBlank()
                        && text.codePointCount(0, text.length())
                            <= GenerationOptions.MAX_CHOICE_CHARACTERS);
  }

  /**
   * Returns what a request allows.
   *
   * @param own the request's own options
   * @throws GroundingException if the own constraint is unknown, or contradicts itself
   */
  Constraint constraint(Task task, DecodingOptions own) throws GroundingException {
    String named = own.getConstraint();
    Integer most = own.getMaxBoxes();
    if (!own.getChoices().isEmpty()) {
      if (named != null || most != null || !own.getPhrases().isEmpty()) {
        throw invalid(
            "choices", own.getChoices().size() + " texts", "none with a constraint or phrases");
      }
      return new Constraint.Choices(own.getChoices());
    }
    if (!own.getPhrases().isEmpty()) {
      if (named != null) {
        throw invalid("phrases", own.getPhrases().size() + " texts", "none with a constraint");
      }
      return new Constraint.Phrases(
          own.getPhrases(), most == null ? Constraint.WellFormed.ANY_NUMBER : most);
    }
    if (named != null) {
      Kind ownKind = parse(named);
      if (ownKind == Kind.ANY && most != null) {
        throw invalid("max_boxes", String.valueOf(most), "none with the constraint any");
      }
      return spans(ownKind, most == null ? maxBoxes : most);
    }
    Kind jobKind = kind(task);
    if (most != null) {
      return spans(jobKind == Kind.ANY ? Kind.WELL_FORMED : jobKind, most);
    }
    if (!own.getStop().isEmpty()) {
      // Which the request wants rather than the job's constraint, with which it does not go.
      return Constraint.NONE;
    }
    if (task == Task.QUESTION && !choices.isEmpty()) {
      return new Constraint.Choices(choices);
    }
    return spans(jobKind, maxBoxes);
  }

  /** Returns what the job demands of a task. */
  private Kind kind(Task task) {
    if (!GROUNDS.contains(task)) {
      return Kind.ANY;
    }
    // An expression describes a region that is given, so that it needs no other one.
    return kind == Kind.BOXES && task == Task.REFERRING_EXPRESSION ? Kind.WELL_FORMED : kind;
  }

  private static Constraint spans(Kind kind, @Nullable Integer most) {
    return kind == Kind.ANY
        ? Constraint.NONE
        : new Constraint.WellFormed(
            most == null ? Constraint.WellFormed.ANY_NUMBER : most, kind == Kind.BOXES);
  }

  private static Kind parse(String name) throws GroundingException {
    for (Kind kind : Kind.values()) {
      if (kind.id.equals(name)) {
        return kind;
      }
    }
    throw invalid("constraint", Texts.shortened(name, LONGEST_SHOWN), KINDS);
  }

  private static GroundingException invalid(String option, String found, String expected) {
    return new GroundingException(
        GroundingErrorCode.OPTION_INVALID, option + ": " + found + " (expected: " + expected + ")");
  }
}
