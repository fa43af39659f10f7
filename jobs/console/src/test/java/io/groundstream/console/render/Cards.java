package io.groundstream.console.render;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes cards for tests. */
final class Cards {
  private Cards() {}

  static Card answered(String id, @Nullable Thumbnail thumbnail, Card.Answer... answers) {
    return card(id, thumbnail, null, answers);
  }

  static Card failed(String id, Card.Failure failure) {
    return card(id, null, failure);
  }

  private static Card card(
      String id,
      @Nullable Thumbnail thumbnail,
      Card.@Nullable Failure failure,
      Card.Answer... answers) {
    return new Card(
        id,
        1,
        0,
        id,
        thumbnail == null ? 0 : thumbnail.width(),
        thumbnail == null ? 0 : thumbnail.height(),
        id,
        id,
        Map.of(id, id),
        thumbnail == null ? null : thumbnail.dataUri(),
        thumbnail == null ? id : null,
        failure,
        List.of(answers));
  }

  static Card.Answer answer(String task, String caption, List<Card.Phrase> phrases) {
    return new Card.Answer(task, task, caption, null, phrases.size(), phrases);
  }

  static Card.Answer failedAnswer(String task, Card.Failure failure, String caption) {
    return new Card.Answer(task, task, caption, failure, 0, List.of());
  }
}
