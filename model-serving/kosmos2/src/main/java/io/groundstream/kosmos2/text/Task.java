package io.groundstream.kosmos2.text;

import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What can be asked about an image. The identifiers are part of the records' contract and of the
 * command line's; how each becomes a prompt is told in {@link PromptBuilder}.
 */
public enum Task {
  /** A brief caption whose phrases have boxes. Takes neither text nor boxes. */
  GROUNDED_CAPTION("grounded-caption", TextRule.NONE, false),
  /** A longer description whose phrases have boxes. Takes neither text nor boxes. */
  DETAILED_CAPTION("detailed-caption", TextRule.NONE, false),
  /** A brief caption without boxes. Takes neither text nor boxes. */
  CAPTION("caption", TextRule.NONE, false),
  /** Where the thing is that the text names, such as {@code a snowman}. */
  PHRASE_GROUNDING("phrase-grounding", TextRule.PHRASE, false),
  /** Where the thing is that the text names in square brackets, inside its sentence. */
  PHRASE_IN_SENTENCE("phrase-in-sentence", TextRule.SENTENCE, false),
  /** What is in the region of the boxes. Takes boxes and no text. */
  REFERRING_EXPRESSION("referring-expression", TextRule.NONE, true),
  /** The answer to the question in the text, without boxes. */
  QUESTION("question", TextRule.QUESTION, false),
  /** The answer to the question in the text, with boxes where the model gives some. */
  GROUNDED_QUESTION("grounded-question", TextRule.QUESTION, false),
  /** The text as the whole prompt, tags and all; the only task that also goes without an image. */
  PROMPT("prompt", TextRule.PROMPT, false);

  /** What a task wants in its text. */
  enum TextRule {
    NONE("no text"),
    PHRASE("a phrase, such as: a snowman"),
    SENTENCE("a sentence with one phrase in square brackets, such as: a man beside [a fire]"),
    QUESTION("a question, such as: How many dogs are there?"),
    PROMPT("a prompt, such as: <grounding> An image of");

    private final String expectation;

    TextRule(String expectation) {
      this.expectation = expectation;
    }

    String expectation() {
      return expectation;
    }
  }

  private final String id;
  private final TextRule textRule;
  private final boolean boxes;

  Task(String id, TextRule textRule, boolean boxes) {
    this.id = id;
    this.textRule = textRule;
    this.boxes = boxes;
  }

  /** Returns the stable identifier, such as {@code grounded-caption}. */
  public String id() {
    return id;
  }

  /** Returns whether the task needs a text; one that does not need any takes none. */
  public boolean takesText() {
    return textRule != TextRule.NONE;
  }

  /** Returns whether the task needs boxes; one that does not need any takes none. */
  public boolean takesBoxes() {
    return boxes;
  }

  TextRule textRule() {
    return textRule;
  }

  /**
   * Returns the task of the given identifier.
   *
   * @throws GroundingException with {@link GroundingErrorCode#UNKNOWN_TASK} if there is none
   */
  public static Task parse(String id) throws GroundingException {
    for (Task task : values()) {
      if (task.id.equals(id)) {
        return task;
      }
    }
    String known = Arrays.stream(values()).map(Task::id).collect(Collectors.joining(", "));
    throw new GroundingException(
        GroundingErrorCode.UNKNOWN_TASK,
        "task: " + Texts.quote(id) + " (expected: one of " + known + ")");
  }
}
