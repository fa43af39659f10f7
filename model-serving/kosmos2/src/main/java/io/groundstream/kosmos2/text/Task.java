package io.groundstream.kosmos2.text;

import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The tasks of the model. The identifiers are part of the record schemas and of the command line;
 * {@link PromptBuilder} lists the prompt of each task.
 */
public enum Task {
  /** A brief caption whose phrases have boxes. Takes neither text nor boxes. */
  GROUNDED_CAPTION("grounded-caption", TextRule.NONE, false),
  /** A longer description whose phrases have boxes. Takes neither text nor boxes. */
  DETAILED_CAPTION("detailed-caption", TextRule.NONE, false),
  /** A brief caption without boxes. Takes neither text nor boxes. */
  CAPTION("caption", TextRule.NONE, false),
  /** The boxes of the object that the text names, such as {@code a snowman}. Takes a text. */
  PHRASE_GROUNDING("phrase-grounding", TextRule.PHRASE, false),
  /** The boxes of the phrase in square brackets within the sentence of the text. Takes a text. */
  PHRASE_IN_SENTENCE("phrase-in-sentence", TextRule.SENTENCE, false),
  /**
   * A description of the regions of the boxes. Takes boxes, which may have phrases, and optionally
   * a text, which the model continues.
   */
  REFERRING_EXPRESSION("referring-expression", TextRule.CONTINUATION, true),
  /** The answer to the question in the text, without boxes. */
  QUESTION("question", TextRule.QUESTION, false),
  /** The answer to the question in the text, with boxes if the model generates any. */
  GROUNDED_QUESTION("grounded-question", TextRule.QUESTION, false),
  /** The text as the whole prompt, including tags. Works without an image. */
  PROMPT("prompt", TextRule.PROMPT, false),
  /**
   * The most probable of given continuations of the text, which is the whole prompt, including
   * tags. Works without an image.
   */
  SCORE("score", TextRule.PROMPT, false);

  /** What a task requires as its text. */
  enum TextRule {
    NONE("no text"),
    PHRASE("a phrase, such as: a snowman"),
    SENTENCE("a sentence with one phrase in square brackets, such as: a man beside [a fire]"),
    QUESTION("a question, such as: How many dogs are there?"),
    PROMPT("a prompt, such as: <grounding> An image of"),
    /** Optional. */
    CONTINUATION("a text after the regions, such as: is the");

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

  /** Returns whether the task requires a text. */
  public boolean takesText() {
    return allowsText() && textRule != TextRule.CONTINUATION;
  }

  /** Returns whether the task takes a text, required or optional; other tasks reject one. */
  public boolean allowsText() {
    return textRule != TextRule.NONE;
  }

  /** Returns whether the task requires boxes; other tasks reject them. */
  public boolean takesBoxes() {
    return boxes;
  }

  /** Returns whether the task requires an image. */
  public boolean needsImage() {
    return !isRaw();
  }

  /** Returns whether the text is the whole prompt, in which tags are tags. */
  boolean isRaw() {
    return textRule == TextRule.PROMPT;
  }

  TextRule textRule() {
    return textRule;
  }

  /**
   * Returns the task with the given identifier.
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
