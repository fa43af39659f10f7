package io.groundstream.kosmos2.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.Kosmos2Program;
import io.groundstream.kosmos2.program.LoadProgress;
import io.groundstream.kosmos2.program.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BatchTest {
  private static final Path TINY = Path.of("src/test/resources/checkpoints/random-tiny");
  private static final int NO_END = -1;

  private static long arrivals;

  private static Sequence sequence(int promptLength, int newTokens) {
    int[] prompt = new int[promptLength];
    Arrays.fill(prompt, 80 + newTokens % 7);
    return new Sequence(
        new GenerationRequest(prompt, 0, null, new GenerationOptions(newTokens, 0)),
        NO_END,
        arrivals++);
  }

  private static int[] alone(Kosmos2Program program, int promptLength, int newTokens)
      throws InterruptedException {
    RequestQueue queue = new RequestQueue(8, new EngineStatistics());
    Batch batch = new Batch(program, queue, 1, new EngineStatistics());
    Sequence sequence = sequence(promptLength, newTokens);
    queue.put(sequence);
    while (!sequence.answer().isDone()) {
      batch.step();
    }
    return sequence.answer().join().tokens();
  }

  @Test
  void aLongSequenceTakesSlotsFromOthersOnlyWhileItIsThere() throws Exception {
    try (Kosmos2Program program =
        Kosmos2Program.load(
            Checkpoint.open(TINY), DeviceSpec.CPU, Precision.FLOAT32, 1, LoadProgress.NONE)) {
      int[] expectedSteady = alone(program, 5, 60);
      int[] expectedLong = alone(program, 900, 4);
      int[] expectedShort = alone(program, 6, 10);

      RequestQueue queue = new RequestQueue(8, new EngineStatistics());
      Batch batch = new Batch(program, queue, 8, new EngineStatistics());
      Sequence steady = sequence(5, 60);
      queue.put(steady);
      batch.step();
      assertThat(program.slots()).isEqualTo(8);
      Sequence longOne = sequence(900, 4);
      queue.put(longOne);
      batch.step();
      assertThat(program.slots()).isEqualTo(2);
      while (!longOne.answer().isDone()) {
        batch.step();
      }
      List<Sequence> shortOnes = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        shortOnes.add(sequence(6, 10));
        queue.put(shortOnes.get(i));
      }
      batch.step();
      assertThat(program.slots()).isEqualTo(8);
      assertThat(steady.answer()).isNotDone();
      while (!(batch.isIdle() && queue.isEmpty())) {
        batch.step();
      }

      assertThat(steady.answer().join().tokens()).isEqualTo(expectedSteady);
      assertThat(longOne.answer().join().tokens()).isEqualTo(expectedLong);
      for (Sequence shortOne : shortOnes) {
        assertThat(shortOne.answer().join().tokens()).isEqualTo(expectedShort);
      }
    }
  }

  @Test
  void aCacheThatDoesNotFitIntoMemoryLeavesTheProgramUsable() throws Exception {
    try (Kosmos2Program program =
        Kosmos2Program.load(
            Checkpoint.open(TINY), DeviceSpec.CPU, Precision.FLOAT32, 1, LoadProgress.NONE)) {
      int[] expected = alone(program, 6, 10);
      assertThatThrownBy(() -> program.reshape(1_000_000_000, 2048, 0))
          .isInstanceOf(RuntimeException.class);
      assertThat(program.slots()).isZero();
      assertThat(alone(program, 6, 10)).isEqualTo(expected);
    }
  }
}
