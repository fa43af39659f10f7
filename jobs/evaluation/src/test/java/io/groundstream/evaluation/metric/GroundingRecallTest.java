package io.groundstream.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.groundstream.evaluation.metric.GroundingRecall.Protocol;
import io.groundstream.evaluation.metric.GroundingRecall.Recall;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GroundingRecallTest {
  private static final PixelBox LEFT = new PixelBox(0, 0, 10, 10);
  private static final PixelBox RIGHT = new PixelBox(90, 0, 100, 10);
  private static final PixelBox MISS = new PixelBox(0, 50, 10, 60);
  private static final PixelBox BOTH = new PixelBox(0, 0, 100, 10);

  @Test
  void countsPhrasesWhoseFirstBoxesHitByType() {
    GroundingRecall recall = new GroundingRecall(Protocol.ANY_BOX);
    recall.add(List.of("people"), List.of(RIGHT), List.of(LEFT, RIGHT));
    recall.add(List.of("people", "scene"), List.of(MISS, LEFT), List.of(LEFT));
    recall.add(List.of("other"), misses(9, LEFT), List.of(LEFT));
    recall.add(List.of("other"), misses(10, LEFT), List.of(LEFT));

    assertThat(recall.recalls())
        .filteredOn(one -> one.type().equals("all"))
        .extracting(Recall::k, Recall::recall, Recall::phrases)
        .containsExactly(
            tuple(1, 0.25, 4), tuple(5, 0.5, 4), tuple(10, 0.75, 4), tuple(-1, 1.0, 4));
    assertThat(recall.recalls())
        .filteredOn(one -> one.k() == 1 && !one.type().equals("all"))
        .extracting(Recall::type, Recall::recall, Recall::phrases)
        .containsExactly(tuple("other", 0.0, 2), tuple("people", 0.5, 2), tuple("scene", 0.0, 1));
  }

  @Test
  void mergedBoxesAreOneBoxAroundAll() {
    GroundingRecall merged = new GroundingRecall(Protocol.MERGED_BOXES);
    merged.add(List.of(), List.of(RIGHT), List.of(LEFT, RIGHT));
    merged.add(List.of(), List.of(BOTH), List.of(LEFT, RIGHT));
    GroundingRecall any = new GroundingRecall(Protocol.ANY_BOX);
    any.add(List.of(), List.of(BOTH), List.of(LEFT, RIGHT));

    assertThat(merged.recalls().get(0).recall()).isEqualTo(0.5);
    assertThat(any.recalls().get(0).recall()).isZero();
  }

  @Test
  void withoutPhrasesThereAreNoFigures() {
    assertThat(new GroundingRecall(Protocol.ANY_BOX).recalls()).isEmpty();
  }

  private static List<PixelBox> misses(int count, PixelBox last) {
    return Stream.concat(Collections.nCopies(count, MISS).stream(), Stream.of(last)).toList();
  }
}
