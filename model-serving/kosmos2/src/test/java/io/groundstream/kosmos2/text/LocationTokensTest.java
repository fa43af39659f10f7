package io.groundstream.kosmos2.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LocationTokensTest {
  private final LocationTokens grid = new LocationTokens(1024);

  @Test
  void boxesBecomeTheReferencesCellsAndComeBackAsItsBoxes() {
    int count = 0;
    for (JsonNode line : Goldens.read("locations.jsonl")) {
      Box box = Goldens.box(line.get("box"));
      int upperLeft = line.get("upper_left").asInt();
      int lowerRight = line.get("lower_right").asInt();
      assertThat(grid.upperLeft(box)).as("%s", line).isEqualTo(upperLeft);
      assertThat(grid.lowerRight(box)).as("%s", line).isEqualTo(lowerRight);
      assertThat(grid.box(upperLeft, lowerRight))
          .as("%s", line)
          .isEqualTo(Goldens.box(line.get("back")));
      assertThat(grid.isInverted(upperLeft, lowerRight)).isFalse();
      count++;
    }
    assertThat(count).isEqualTo(200);
  }

  @Test
  void theRightEdgeDoesNotWrapToTheNextRow() {
    Box sliver = new Box(Math.nextDown(1.0), 0, 1.0, 1.0);
    assertThat(grid.upperLeft(sliver)).isEqualTo(31);
    assertThat(grid.lowerRight(new Box(0, 0, 1, 1))).isEqualTo(1023);
    assertThat(grid.lowerRight(new Box(0, 0, Double.MIN_VALUE, Double.MIN_VALUE))).isZero();
  }

  @Test
  void invertedCornersArePutRight() {
    assertThat(grid.isInverted(500, 100)).isTrue();
    assertThat(grid.box(500, 100)).isEqualTo(grid.box(3 * 32 + 4, 15 * 32 + 20));
    // The upper-right and lower-left cells.
    assertThat(grid.isInverted(31, 992)).isTrue();
    assertThat(grid.box(31, 992)).isEqualTo(grid.box(0, 1023));
  }

  @Test
  void aGridIsSquare() {
    assertThat(new LocationTokens(16).side()).isEqualTo(4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LocationTokens(1000))
        .withMessageContaining("1000 (expected: a square number");
  }

  @Property
  void everyBoxIsFoundAgainWithinACell(
      @ForAll @DoubleRange(max = 1) double x1,
      @ForAll @DoubleRange(max = 1) double y1,
      @ForAll @DoubleRange(max = 1) double x2,
      @ForAll @DoubleRange(max = 1) double y2,
      @ForAll @IntRange(min = 1, max = 40) int side) {
    LocationTokens any = new LocationTokens(side * side);
    Box box = new Box(Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2));
    int upperLeft = any.upperLeft(box);
    int lowerRight = any.lowerRight(box);
    assertThat(upperLeft).isBetween(0, any.count() - 1);
    assertThat(lowerRight).isBetween(0, any.count() - 1);
    assertThat(any.isInverted(upperLeft, lowerRight)).isFalse();
    Box back = any.box(upperLeft, lowerRight);
    double cell = 1.0 / side + 1e-9;
    assertThat(back.problem()).isNull();
    assertThat(back.xMin()).isCloseTo(box.xMin(), within(cell));
    assertThat(back.yMin()).isCloseTo(box.yMin(), within(cell));
    assertThat(back.xMax()).isCloseTo(box.xMax(), within(cell));
    assertThat(back.yMax()).isCloseTo(box.yMax(), within(cell));
  }
}
