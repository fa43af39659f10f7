package io.groundstream.console.render;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An image with its answers as {@code card.js} shows it, in JSON: the names of the components are
 * the names of the fields. {@link CardParts} bounds the size of what comes from records.
 *
 * @param id the image's identifier
 * @param order newer images have higher ones
 * @param time when it was processed, in milliseconds since 1970; 0 if unknown
 * @param event the identifier of the event that was answered last
 * @param width in pixels, 0 if unknown
 * @param height in pixels, 0 if unknown
 * @param origin where the event came from, for people
 * @param image where a browser finds the image: a path on the page's server or a {@code data:} URI;
 *     null if there is none
 * @param note why there is no image; null while it is being fetched or is there
 * @param failure why the image as a whole has no answers; null if it has
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Card(
    String id,
    long order,
    long time,
    String event,
    int width,
    int height,
    String origin,
    String model,
    Map<String, String> attributes,
    @Nullable String image,
    @Nullable String note,
    @Nullable Failure failure,
    List<Answer> answers) {
  public Card {
    answers = List.copyOf(answers);
  }

  /**
   * The answer to one request.
   *
   * @param caption the text that the phrases' spans count in
   * @param failure why there is no answer; null if there is one
   * @param expected the number of its phrases, including those that have not arrived yet
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Answer(
      String request,
      String task,
      String caption,
      @Nullable Failure failure,
      int expected,
      List<Phrase> phrases) {
    public Answer {
      phrases = List.copyOf(phrases);
    }

    /** Returns this answer with more to say about its failure. */
    public Answer failed(Failure because) {
      return new Answer(request, task, caption, because, expected, phrases);
    }

    /** Returns this answer with other phrases. */
    public Answer with(Collection<Phrase> others) {
      return new Answer(request, task, caption, failure, expected, List.copyOf(others));
    }
  }

  /**
   * Why there is no answer, as a dead letter says it.
   *
   * @param stage empty if only the code is known
   * @param message empty if only the code is known
   */
  public record Failure(String code, String stage, String message) {}

  /**
   * A phrase with its boxes.
   *
   * @param ordinal its place in the request, which chooses its colour
   * @param start where it starts in the caption, in Unicode code points
   * @param end where it ends, exclusive
   */
  public record Phrase(int ordinal, String text, int start, int end, List<Box> boxes) {
    public Phrase {
      boxes = List.copyOf(boxes);
    }
  }

  /**
   * A box, in shares of the image's width and height. Whatever it is made of, it lies within the
   * image and is the right way round; what is not a number becomes 0.
   *
   * @param confidence 0 to 1; null where there is none
   * @param given whether it was part of the question
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Box(
      double x0, double y0, double x1, double y1, @Nullable Double confidence, boolean given) {
    public Box {
      double right = share(Math.max(x0, x1));
      double bottom = share(Math.max(y0, y1));
      x0 = share(Math.min(x0, x1));
      y0 = share(Math.min(y0, y1));
      x1 = right;
      y1 = bottom;
      confidence = confidence == null ? null : share(confidence);
    }

    private static double share(double value) {
      return value > 0 ? Math.min(value, 1) : 0;
    }
  }
}
