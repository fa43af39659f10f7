package io.groundstream.operators.search;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** A condition on a box: its size, its place, or a measure of it. */
sealed interface BoxCondition {
  /** The box has this size. */
  record OfSize(Size size) implements BoxCondition {}

  /** The box's centre lies in this part of the image; at least one of both is given. */
  record InPlace(@Nullable Vertical vertical, @Nullable Horizontal horizontal)
      implements BoxCondition {}

  /**
   * A measure of the box compares so.
   *
   * @param value a fraction from 0 to 1, without trailing zeros
   */
  record OfMeasure(Measure measure, Comparison comparison, BigDecimal value)
      implements BoxCondition {}
}
