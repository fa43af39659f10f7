package io.groundstream.operators.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The definitions, on drawn boxes of a model's grid, where touching and equal edges are common. */
class RelationTest {
  private static final int CELLS = 8;

  @Provide
  Arbitrary<Box> boxes() {
    Arbitrary<Integer> edge = Arbitraries.integers().between(0, CELLS);
    return Combinators.combine(edge, edge, edge, edge)
        .as(
            (a, b, c, d) ->
                new Box(
                    Math.min(a, b) / (double) CELLS,
                    Math.min(c, d) / (double) CELLS,
                    Math.max(a, b) / (double) CELLS,
                    Math.max(c, d) / (double) CELLS));
  }

  /** Returns the relation that b has to a where a has this one to b. */
  private static Relation inverse(Relation relation) {
    return switch (relation) {
      case LEFT_OF -> Relation.RIGHT_OF;
      case RIGHT_OF -> Relation.LEFT_OF;
      case ABOVE -> Relation.BELOW;
      case BELOW -> Relation.ABOVE;
      case INSIDE -> Relation.CONTAINS;
      case CONTAINS -> Relation.INSIDE;
      case OVERLAPPING -> Relation.OVERLAPPING;
      case NEAR -> Relation.NEAR;
    };
  }

  @Property
  void theOtherWayRoundIsTheInverse(@ForAll("boxes") Box a, @ForAll("boxes") Box b) {
    Set<Relation> inverses =
        Relation.of(a, b).stream().map(RelationTest::inverse).collect(Collectors.toSet());
    assertThat(Relation.of(b, a)).isEqualTo(inverses);
    assertThat(a.distanceTo(b)).isEqualTo(b.distanceTo(a));
    assertThat(a.intersectionOverUnion(b))
        .isEqualTo(b.intersectionOverUnion(a))
        .isBetween(0.0, 1.0);
  }

  @Property
  void noBoxIsOnBothSides(@ForAll("boxes") Box a, @ForAll("boxes") Box b) {
    Set<Relation> relations = Relation.of(a, b);
    for (Relation one : List.of(Relation.LEFT_OF, Relation.ABOVE, Relation.INSIDE)) {
      assertThat(relations.containsAll(List.of(one, inverse(one)))).as(one.id()).isFalse();
    }
  }

  /** Against the words of the definition, spelt differently. */
  @Property
  void isWhatTheDefinitionSays(@ForAll("boxes") Box a, @ForAll("boxes") Box b) {
    Set<Relation> relations = Relation.of(a, b);
    boolean leftOf =
        b.centreX() - a.centreX() > 0 && !(a.centreX() > b.xMin() && a.xMax() > b.centreX());
    assertThat(relations.contains(Relation.LEFT_OF)).isEqualTo(leftOf);
    // By counting the cells that they share.
    int shared = 0;
    for (int x = 0; x < CELLS; x++) {
      for (int y = 0; y < CELLS; y++) {
        shared += covers(a, x, y) && covers(b, x, y) ? 1 : 0;
      }
    }
    assertThat(relations.contains(Relation.OVERLAPPING)).isEqualTo(shared > 0);
    long areaOfA = Math.round(a.area() * CELLS * CELLS);
    long areaOfB = Math.round(b.area() * CELLS * CELLS);
    if (areaOfA > 0) {
      assertThat(relations.contains(Relation.INSIDE))
          .isEqualTo(areaOfA < areaOfB && 10L * shared >= 9 * areaOfA);
    }
    if (shared > 0) {
      assertThat(a.intersectionOverUnion(b))
          .isEqualTo(shared / (double) (areaOfA + areaOfB - shared));
      assertThat(relations).contains(Relation.NEAR);
    }
  }

  private static boolean covers(Box box, int x, int y) {
    return box.xMin() * CELLS <= x
        && x + 1 <= box.xMax() * CELLS
        && box.yMin() * CELLS <= y
        && y + 1 <= box.yMax() * CELLS;
  }

  @Property
  void aBoxIsToItselfNoMoreThanNear(@ForAll("boxes") Box a) {
    EnumSet<Relation> expected = EnumSet.of(Relation.NEAR);
    if (a.area() > 0) {
      expected.add(Relation.OVERLAPPING);
      assertThat(a.intersectionOverUnion(a)).isEqualTo(1);
    }
    assertThat(Relation.of(a, new Box(a.xMin(), a.yMin(), a.xMax(), a.yMax()))).isEqualTo(expected);
  }

  @Example
  void someThatPeopleCanCheck() {
    Box dog = new Box(0.1, 0.5, 0.3, 0.9);
    Box fire = new Box(0.6, 0.4, 0.9, 0.95);
    Box puppy = new Box(0.15, 0.6, 0.25, 0.8);
    assertThat(Relation.of(dog, fire)).containsExactly(Relation.LEFT_OF);
    assertThat(Relation.of(puppy, dog))
        .containsExactly(Relation.INSIDE, Relation.OVERLAPPING, Relation.NEAR);
    assertThat(dog.distanceTo(fire)).isEqualTo(0.3);
    // One that spreads over both sides of another is on neither.
    assertThat(Relation.of(new Box(0, 0, 0.9, 0.1), new Box(0.4, 0.5, 0.6, 0.6)))
        .containsExactly(Relation.ABOVE);
  }
}
