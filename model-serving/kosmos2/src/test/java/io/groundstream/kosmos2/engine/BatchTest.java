package io.groundstream.kosmos2.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.Kosmos2Program;
import io.groundstream.kosmos2.program.LoadProgress;
import io.groundstream.kosmos2.program.Network;
import io.groundstream.kosmos2.program.Precision;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
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

  /**
   * Slots are reduced after a lack of memory, doubled after two minutes, and restored after two
   * more.
   */
  @Test
  void slotsThatWereGivenUpComeBack() throws Exception {
    AtomicBoolean scarce = new AtomicBoolean(true);
    AtomicLong nanos = new AtomicLong();
    try (Network network =
        new FaultyNetwork(
            Kosmos2Program.load(
                Checkpoint.open(TINY), DeviceSpec.CPU, Precision.FLOAT32, 1, LoadProgress.NONE),
            (call, rows) ->
                scarce.get() && call.equals("decode") && rows > 2
                    ? FaultyNetwork.GPU_OUT_OF_MEMORY
                    : null)) {
      RequestQueue queue = new RequestQueue(16, new EngineStatistics());
      Batch batch =
          new Batch(
              network, queue, 8, new EngineStatistics(), new StartTimes(), nanos::get, () -> false);
      assertThat(slotsAfter(batch, queue)).isEqualTo(2);
      scarce.set(false);
      nanos.addAndGet(Duration.ofSeconds(119).toNanos());
      assertThat(slotsAfter(batch, queue)).isEqualTo(2);
      nanos.addAndGet(Duration.ofSeconds(2).toNanos());
      assertThat(slotsAfter(batch, queue)).isEqualTo(4);
      nanos.addAndGet(Duration.ofMinutes(2).toNanos());
      assertThat(slotsAfter(batch, queue)).isEqualTo(8);
      nanos.addAndGet(Duration.ofHours(2).toNanos());
      assertThat(slotsAfter(batch, queue)).isEqualTo(8);
    }
  }

  /** After failed growth, the next attempt comes after twice the time. */
  @Test
  void aDeviceThatStaysTooSmallIsTriedLessOften() {
    AtomicLong nanos = new AtomicLong();
    Limit limit = new Limit(8, nanos::get);
    limit.lower(4);
    limit.lower(2);
    assertThat(limit.growsAfter()).isEqualTo(Duration.ofMinutes(2));
    for (int minutes : new int[] {2, 4, 8, 16, 32, 60, 60}) {
      assertThat(limit.growsAfter()).isEqualTo(Duration.ofMinutes(minutes));
      nanos.addAndGet(Duration.ofMinutes(minutes).toNanos() - 1);
      assertThat(limit.mayGrow()).isFalse();
      nanos.incrementAndGet();
      assertThat(limit.mayGrow()).isTrue();
      limit.lower(2);
    }
  }

  /** Answers eight requests and returns the number of slots. */
  private static int slotsAfter(Batch batch, RequestQueue queue) throws InterruptedException {
    List<Sequence> sequences = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      sequences.add(sequence(5, 3));
      queue.put(sequences.get(i));
    }
    while (!(batch.isIdle() && queue.isEmpty())) {
      batch.step();
    }
    assertThat(sequences).allSatisfy(one -> assertThat(one.answer().join().tokens()).hasSize(3));
    return batch.slotLimit();
  }

  /** On a device that takes a second per image, newcomers are admitted in pairs. */
  @Test
  void newcomersHoldUpTheOthersForABoundedTime() throws Exception {
    AtomicLong nanos = new AtomicLong();
    List<Integer> encoded = new ArrayList<>();
    try (Network network =
        new FaultyNetwork(
            Kosmos2Program.load(
                Checkpoint.open(TINY), DeviceSpec.CPU, Precision.FLOAT32, 1, LoadProgress.NONE),
            (call, rows) -> {
              if (call.equals("encode")) {
                encoded.add(rows);
                nanos.addAndGet(Duration.ofMillis(950).toNanos() * rows);
              }
              return null;
            })) {
      RequestQueue queue = new RequestQueue(16, new EngineStatistics());
      Batch batch =
          new Batch(
              network,
              queue,
              16,
              new EngineStatistics(),
              new StartTimes(),
              nanos::get,
              () -> false);
      List<Sequence> sequences = new ArrayList<>();
      for (int i = 0; i < 13; i++) {
        byte[] levels = new byte[224 * 224 * 3];
        levels[0] = (byte) i;
        int[] prompt = new int[70];
        Arrays.fill(prompt, 80);
        sequences.add(
            new Sequence(
                new GenerationRequest(prompt, 2, levels, new GenerationOptions(3, 0)),
                NO_END,
                arrivals++));
        queue.put(sequences.get(i));
        if (i == 0) {
          // The first one runs alone and measures the start times.
          batch.step();
        }
      }
      batch.step();
      sequences.get(12).answer().cancel(false);
      while (!(batch.isIdle() && queue.isEmpty())) {
        batch.step();
      }
      // The cancelled one was never admitted.
      assertThat(encoded).containsExactly(1, 2, 2, 2, 2, 2, 1);
    }
  }

  /**
   * Scores are computed one request after another, however many images or prompts the device
   * computes at once: where one takes more than a second, each step scores one.
   */
  @Test
  void scoresHoldUpTheOthersForABoundedTime() throws Exception {
    int tokens = 25;
    Duration perToken = Duration.ofMillis(1);
    AtomicLong nanos = new AtomicLong();
    List<int[]> candidates = new ArrayList<>();
    for (int i = 0; i < 44; i++) {
      candidates.add(RequestVariants.candidate(tokens, i));
    }
    try (Network network =
        new FaultyNetwork(
            Kosmos2Program.load(
                Checkpoint.open(TINY), DeviceSpec.CPU, Precision.FLOAT32, 4, LoadProgress.NONE),
            (call, rows) -> {
              if (call.equals("prefill") || call.equals("score")) {
                nanos.addAndGet(perToken.multipliedBy((long) tokens * rows).toNanos());
              }
              return null;
            })) {
      assertThat(network.sideBySide()).isEqualTo(4);
      RequestQueue queue = new RequestQueue(16, new EngineStatistics());
      Batch batch =
          new Batch(
              network,
              queue,
              16,
              new EngineStatistics(),
              new StartTimes(),
              nanos::get,
              () -> false);
      List<Sequence> sequences = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        Sequence sequence =
            new Sequence(
                RequestVariants.withCandidates(
                    new GenerationRequest(new int[tokens], 0, null, new GenerationOptions(1, 0)),
                    candidates),
                NO_END,
                arrivals++);
        sequences.add(sequence);
        queue.put(sequence);
        if (i == 0) {
          // The first one runs alone and measures the start times.
          batch.step();
        }
      }
      List<Duration> steps = new ArrayList<>();
      while (!(batch.isIdle() && queue.isEmpty())) {
        long begin = nanos.get();
        batch.step();
        steps.add(Duration.ofNanos(nanos.get() - begin));
      }
      assertThat(sequences).allSatisfy(one -> assertThat(one.answer().join().scores()).hasSize(44));
      assertThat(steps).hasSize(5).allMatch(step -> step.compareTo(Duration.ofSeconds(2)) < 0);
    }
  }

  /** What was scored before is an answer; the other fails as the engine says, not as corrupt. */
  @Test
  void anEngineThatEndsScoresNoFurther() throws Exception {
    AtomicBoolean stopped = new AtomicBoolean();
    // As many as one call scores.
    List<int[]> candidates = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      candidates.add(RequestVariants.candidate(32, i));
    }
    try (Network network =
        new FaultyNetwork(
            Kosmos2Program.load(
                Checkpoint.open(TINY), DeviceSpec.CPU, Precision.FLOAT32, 1, LoadProgress.NONE),
            (call, rows) -> {
              if (call.equals("score")) {
                assertThat(rows).isEqualTo(8);
                stopped.set(true);
              }
              assertThat(call).isNotEqualTo("decode");
              return null;
            })) {
      RequestQueue queue = new RequestQueue(8, new EngineStatistics());
      Batch batch =
          new Batch(
              network,
              queue,
              4,
              new EngineStatistics(),
              new StartTimes(),
              System::nanoTime,
              stopped::get);
      List<Sequence> sequences = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Sequence sequence =
            new Sequence(
                RequestVariants.withCandidates(
                    new GenerationRequest(
                        new int[] {0, 80 + i}, 0, null, new GenerationOptions(1, 0)),
                    candidates),
                NO_END,
                arrivals++);
        sequences.add(sequence);
        queue.put(sequence);
      }
      batch.step();
      assertThat(sequences.get(0).answer().join().scores()).hasSize(8);
      assertThat(sequences.get(1).answer()).isNotDone();
      assertThat(batch.active()).isEqualTo(1);
      batch.failAll(new EngineStoppedException("The engine is closed", null));
      assertThatThrownBy(() -> sequences.get(1).answer().get())
          .hasCauseInstanceOf(EngineStoppedException.class);
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
