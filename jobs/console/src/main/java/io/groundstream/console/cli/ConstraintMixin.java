package io.groundstream.console.cli;

import io.groundstream.kosmos2.decoding.Constraint;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which answers are allowed at all. */
final class ConstraintMixin {
  @Option(
      names = "--constrain",
      paramLabel = "well-formed|boxes",
      description =
          "Allow only answers whose phrases and boxes are complete; boxes: that have at least one"
              + " box.")
  private @Nullable Kind kind;

  @Option(
      names = "--max-boxes",
      paramLabel = "N",
      description = "With --constrain: the maximum number of boxes in an answer (default: any).")
  private @Nullable Integer maxBoxes;

  @Option(
      names = "--choice",
      paramLabel = "TEXT",
      description = "Allow only this text as the answer, or another --choice. Repeatable.")
  private List<String> choices = new ArrayList<>();

  /** The constraints of spans. */
  enum Kind {
    WELL_FORMED("well-formed"),
    BOXES("boxes");

    private final String id;

    Kind(String id) {
      this.id = id;
    }

    @Override
    public String toString() {
      return id;
    }
  }

  /**
   * Returns the constraint, whose texts and numbers are not yet checked.
   *
   * @throws IllegalArgumentException if options contradict each other
   */
  Constraint constraint() {
    if (kind != null && !choices.isEmpty()) {
      throw new IllegalArgumentException(
          "--choice: does not go with --constrain (expected: one of them)");
    }
    if (maxBoxes != null && kind == null) {
      throw new IllegalArgumentException(
          "--max-boxes: " + maxBoxes + " (expected: only with --constrain well-formed or boxes)");
    }
    if (kind != null) {
      return new Constraint.WellFormed(
          maxBoxes == null ? Constraint.WellFormed.ANY_NUMBER : maxBoxes, kind == Kind.BOXES);
    }
    return choices.isEmpty() ? Constraint.NONE : new Constraint.Choices(choices);
  }
}
