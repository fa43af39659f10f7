package io.groundstream.evaluation.dataset;

import java.util.List;

/**
 * A question about an image.
 *
 * @param id the question's number
 * @param image the file's name, relative to the folder of images
 * @param answers what people answered; empty if the answers are not public
 * @param answerType such as yes/no; empty if the answers are not public
 */
public record VisualQuestion(
    long id, String image, String question, List<String> answers, String answerType) {
  public VisualQuestion {
    answers = List.copyOf(answers);
  }
}
