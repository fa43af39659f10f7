package io.groundstream.console.render;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one request about a picture was answered.
 *
 * @param task the task's identifier, such as {@code grounded-caption}
 * @param text the caption or question and answer, which the phrases' spans count in
 * @param failure why there is no answer, or null if there is one
 */
public record PageAnswer(
    String task, String text, List<PagePhrase> phrases, @Nullable PageFailure failure) {
  public PageAnswer {
    phrases = List.copyOf(phrases);
  }

  public static PageAnswer of(String task, String text, List<PagePhrase> phrases) {
    return new PageAnswer(task, text, phrases, null);
  }

  public static PageAnswer failed(String task, PageFailure failure) {
    return new PageAnswer(task, "", List.of(), failure);
  }
}
