package io.groundstream.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class EvaluationRunsTest {
  @Test
  void questionsUnderWayFillTheBatchesOfTheirOwnRun() throws Exception {
    ModelMixin model = new ModelMixin();
    CommandLine.populateCommand(model, "--checkpoint", "none", "--batch-size", "1");

    assertThat(EvaluationRuns.window(model.options(500))).isEqualTo(2);
    assertThat(EvaluationRuns.window(model.options("bfloat16", 16))).isEqualTo(32);
  }

  @Test
  void aRunEndsWithTheMessageOfTheFailure() {
    assertThat(
            EvaluationRuns.failure(
                new GroundingException(GroundingErrorCode.OUT_OF_MEMORY, "the device is full")))
        .startsWith("out-of-memory: the device is full (a run with the same file");
    assertThat(EvaluationRuns.failure(new IllegalStateException("closed")))
        .isEqualTo("The model has failed: java.lang.IllegalStateException: closed");
  }
}
