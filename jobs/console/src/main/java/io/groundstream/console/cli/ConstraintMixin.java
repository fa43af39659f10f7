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
      description =
          "With --constrain or --phrase: the maximum number of boxes in an answer, or of each"
              + " phrase (default: any).")
  private @Nullable Integer maxBoxes;

  @Option(
      names = "--choice",
      paramLabel = "TEXT",
      description = "Allow only this text as the answer, or another --choice. Repeatable.")
  private List<String> choices = new ArrayList<>();

  @Option(
      names = "--phrase",
      paramLabel = "TEXT",
      description =
          "Make the model ground this phrase: the answer is every --phrase with its boxes, in"
              + " their order. For --task prompt --text '<grounding>'. Repeatable.")
  private List<String> phrases = new ArrayList<>();

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
    if (!phrases.isEmpty() && (kind != null || !choices.isEmpty())) {
      throw new IllegalArgumentException(
          "--phrase: does not go with --constrain or --choice (expected: one of them)");
    }
    if (maxBoxes != null && kind == null && phrases.isEmpty()) {
      throw new IllegalArgumentException(
          "--max-boxes: "
              + maxBoxes
              + " (expected: only with --constrain well-formed or boxes, or with --phrase)");
    }
    int most = maxBoxes == null ? Constraint.WellFormed.ANY_NUMBER : maxBoxes;
    if (kind != null) {
      return new Constraint.WellFormed(most, kind == Kind.BOXES);
    }
    if (!phrases.isEmpty()) {
      return new Constraint.Phrases(phrases, most);
    }
    return choices.isEmpty() ? Constraint.NONE : new Constraint.Choices(choices);
  }
}
