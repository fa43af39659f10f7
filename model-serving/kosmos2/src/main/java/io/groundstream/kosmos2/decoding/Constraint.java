package io.groundstream.kosmos2.decoding;

import java.util.List;
import org.apiguardian.api.API;

/** Which answers a request allows. */
@API(status = API.Status.STABLE)
public sealed interface Constraint {
  /** Any answer. */
  Constraint NONE = new None();

  /** Any answer. */
  record None() implements Constraint {}

  /**
   * Answers whose spans are complete: each phrase is closed and has boxes, and each box has two
   * corners in order.
   *
   * @param maxBoxes the maximum number of generated boxes; at least 1
   * @param required whether the answer must have at least one box
   */
  record WellFormed(int maxBoxes, boolean required) implements Constraint {
    /** As many boxes as there is room for. */
    public static final int ANY_NUMBER = Integer.MAX_VALUE;
  }

  /**
   * One of some texts, and nothing else.
   *
   * @param texts 1 to 64 texts of at most 256 characters
   */
  record Choices(List<String> texts) implements Constraint {
    public Choices {
      texts = List.copyOf(texts);
    }
  }

  /**
   * A span for each of some phrases, in their order, and nothing else.
   *
   * @param texts 1 to 64 phrases of at most 256 characters
   * @param maxBoxes the maximum number of boxes of a phrase; at least 1
   */
  record Phrases(List<String> texts, int maxBoxes) implements Constraint {
    public Phrases {
      texts = List.copyOf(texts);
    }
  }
}
