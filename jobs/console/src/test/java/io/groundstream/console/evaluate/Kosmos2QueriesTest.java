package io.groundstream.console.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.evaluation.benchmark.Prediction;
import io.groundstream.evaluation.benchmark.Query;
import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class Kosmos2QueriesTest {
  private static final Query QUERY = new Query("7", "a.jpg", "caption", null, List.of());

  @Test
  void aQuestionThatCanNeverBeAnsweredIsAWrongAnswer() {
    GroundingException corrupt =
        new GroundingException(GroundingErrorCode.IMAGE_CORRUPT, "no markers");

    assertThat(Kosmos2Queries.failed(QUERY, corrupt))
        .isEqualTo(Prediction.failed("7", "image-corrupt: no markers"));
  }

  @Test
  void aFailureThatMayPassEndsTheRun() {
    GroundingException memory =
        new GroundingException(GroundingErrorCode.OUT_OF_MEMORY, "the device is full");
    GroundingException unreadable =
        new GroundingException(OperatorErrorCode.IMAGE_UNREADABLE, "a.jpg: cannot be read");

    for (Exception failure : List.of(memory, unreadable, new IllegalStateException("closed"))) {
      assertThatThrownBy(() -> Kosmos2Queries.failed(QUERY, failure))
          .isInstanceOf(CompletionException.class)
          .cause()
          .isSameAs(failure);
    }
  }
}
