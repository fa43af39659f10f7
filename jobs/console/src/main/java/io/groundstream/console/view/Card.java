package io.groundstream.console.view;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A picture as the page gets it, in JSON: the names of the components are the names of the fields.
 * Of bounded size, whatever the records hold.
 *
 * @param id the image's identifier
 * @param order newer pictures have higher ones
 * @param time when it was processed, in milliseconds since 1970
 * @param event the identifier of the event that was answered last
 * @param width in pixels, 0 if unknown
 * @param height in pixels, 0 if unknown
 * @param origin where the event came from, for people
 * @param picture the path of the picture on this server; null while there is none
 * @param note why there is no picture; null while it is being fetched or is there
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
    @Nullable String picture,
    @Nullable String note,
    List<Answer> answers) {

  /**
   * What one request was answered.
   *
   * @param caption the text that the phrases' spans count in
   * @param code the error's, if the request failed
   * @param expected how many phrases there are; those that have not come yet included
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Answer(
      String request,
      String task,
      String caption,
      @Nullable String code,
      int expected,
      List<Phrase> phrases) {
    public Answer {
      phrases = List.copyOf(phrases);
    }
  }

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
   * A box, in shares of the picture's width and height.
   *
   * @param confidence 0 to 1; null where there is none
   * @param given whether it was part of the question
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Box(
      double x0, double y0, double x1, double y1, @Nullable Double confidence, boolean given) {}
}
