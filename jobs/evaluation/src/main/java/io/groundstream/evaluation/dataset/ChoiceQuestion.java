package io.groundstream.evaluation.dataset;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A question with given choices, of which the model should find the right one most likely.
 *
 * @param id a name that is unique in the dataset
 * @param image the file's name; null for a question without an image
 * @param type the question's type, or the dataset's name
 * @param choices the alternatives; at least two
 * @param answer the index of the right one
 */
public record ChoiceQuestion(
    String id, @Nullable String image, String type, List<Choice> choices, int answer) {

  /**
   * One alternative.
   *
   * @param context the text before what is scored
   * @param continuation the text that is scored, with the space before it
   */
  public record Choice(String context, String continuation) {}

  public ChoiceQuestion {
    choices = List.copyOf(choices);
    if (choices.size() < 2 || answer < 0 || answer >= choices.size()) {
      throw new IllegalArgumentException(
          "answer: "
              + answer
              + " of "
              + choices.size()
              + " choices (expected: one of two or more)");
    }
  }
}
