package io.groundstream.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PixelBoxTest {
  private static final PixelBox SQUARE = new PixelBox(0, 0, 10, 10);

  @Test
  void anOverlapOfExactlyHalfIsAHit() {
    // 10 × 10 and its left half: 50 / (100 + 50 − 50).
    assertThat(SQUARE.intersectionOverUnion(new PixelBox(0, 0, 5, 10))).isEqualTo(0.5);
    assertThat(new PixelBox(0, 0, 5, 10).hits(SQUARE)).isTrue();
    assertThat(new PixelBox(0, 0, 4.999, 10).hits(SQUARE)).isFalse();
  }

  @Test
  void noPixelIsAddedToSides() {
    // With a pixel added to each side, as VOC does, this would be 36 / 206.
    assertThat(SQUARE.intersectionOverUnion(new PixelBox(5, 5, 15, 15))).isEqualTo(25.0 / 175);
  }

  @Test
  void anInvertedBoxHitsNothing() {
    assertThat(new PixelBox(10, 0, 0, 10).hits(SQUARE)).isFalse();
    // Both sides inverted: the area is positive, the overlap still empty.
    assertThat(new PixelBox(10, 10, 0, 0).hits(SQUARE)).isFalse();
    assertThat(PixelBox.NONE.hits(SQUARE)).isFalse();
    assertThat(PixelBox.NONE.hits(PixelBox.NONE)).isFalse();
  }

  @Test
  void mergesAndAveragesBoxes() {
    List<PixelBox> boxes = List.of(new PixelBox(0, 4, 2, 8), new PixelBox(6, 0, 10, 6));

    assertThat(PixelBox.around(boxes)).isEqualTo(new PixelBox(0, 0, 10, 8));
    assertThat(PixelBox.mean(boxes)).isEqualTo(new PixelBox(3, 2, 6, 7));
  }
}
