package io.groundstream.console.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.console.render.Card;
import io.groundstream.operators.index.Box;
import io.groundstream.operators.search.FoundBox;
import io.groundstream.operators.search.FoundImage;
import io.groundstream.operators.search.FoundMatch;
import io.groundstream.operators.search.FoundText;
import io.groundstream.operators.search.IndexConnection;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IndexSearchTest {
  private static FoundBox box(int entity, String phrase, String request) {
    return new FoundBox(entity, phrase, new Box(0.1, 0.2, 0.3, 0.4), 0.5, request);
  }

  private static FoundImage image(List<FoundMatch> matches) {
    return new FoundImage(
        "a",
        "event",
        1.0,
        null,
        Records.origin(3),
        40,
        30,
        "model",
        "revision",
        Map.of(),
        List.of(
            new FoundText("r1", "grounded-caption", "\ud83d\ude00 a dog, a fire and a dog", ""),
            new FoundText("r2", "question", "no", "no")),
        matches,
        false);
  }

  @Test
  void boxesThatMatchedAreMarkedInTheirCaptions() {
    ViewSearch.Hit hit =
        IndexSearch.hit(
            image(
                List.of(
                    new FoundMatch("dog", box(2, "a dog", "r1"), box(1, "a fire", "r1"), List.of()),
                    new FoundMatch("dog", box(0, "a dog", "r1"), null, List.of()),
                    new FoundMatch("dog", box(0, "a dog", "r1"), null, List.of()),
                    new FoundMatch("cat", box(3, "a cat", "r1"), null, List.of()))));

    assertThat(hit.origin()).isEqualTo(Records.origin(3));
    Card.Answer answer = hit.answers().get(0);
    assertThat(hit.answers()).hasSize(1);
    assertThat(answer.phrases())
        .extracting(phrase -> phrase.text() + " " + phrase.start() + "-" + phrase.end())
        .containsExactly("a dog 2-7", "a fire 9-15", "a dog 20-25", "a cat 0-0");
    assertThat(answer.phrases().get(0).boxes())
        .containsExactly(new Card.Box(0.1, 0.2, 0.3, 0.4, 0.5, false));
  }

  @Test
  void withoutBoxesAllTextsAreShown() {
    assertThat(IndexSearch.hit(image(List.of())).answers())
        .extracting(Card.Answer::task)
        .containsExactly("grounded-caption", "question");
  }

  @Test
  void aQueryThatCannotBeReadIsExplained() {
    IndexSearch search = new IndexSearch(IndexConnection.to(URI.create("http://127.0.0.1:1")));
    assertThatThrownBy(() -> search.search("dog left of (", 5))
        .isInstanceOf(ViewSearchException.class)
        .hasMessageContaining("^");
    assertThatThrownBy(() -> search.search("dog", 5))
        .isInstanceOf(ViewSearchException.class)
        .hasMessageContaining("127.0.0.1:1");
  }
}
