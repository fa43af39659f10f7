package io.groundstream.kosmos2.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.program.DeviceException;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.Kosmos2Program;
import io.groundstream.kosmos2.program.LoadProgress;
import io.groundstream.kosmos2.program.Precision;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class GenerationEngineTest {
  private static final Path TINY = Path.of("src/test/resources/checkpoints/random-tiny");
  private static final GenerationOptions OPTIONS = new GenerationOptions(12, 0);

  private static GenerationEngine start(int batchSize, int queueCapacity) throws Exception {
    return start(batchSize, queueCapacity, TINY);
  }

  private static GenerationEngine start(int batchSize, int queueCapacity, Path directory)
      throws Exception {
    Checkpoint checkpoint = Checkpoint.open(directory);
    return GenerationEngine.start(
        () ->
            Kosmos2Program.load(
                checkpoint, DeviceSpec.CPU, Precision.FLOAT32, 1, LoadProgress.NONE),
        new EngineOptions(batchSize, queueCapacity),
        "engine-under-test");
  }

  /** Returns a prompt without an image; different seeds give different prompts and lengths. */
  private static GenerationRequest textOnly(int seed) {
    int[] ids = new int[4 + seed % 5];
    for (int i = 1; i < ids.length; i++) {
      ids[i] = 70 + (seed * 31 + i * 7) % 90;
    }
    return new GenerationRequest(ids, 0, null, OPTIONS);
  }

  @Test
  void requestsThatTheModelFailsOnFailAlone() throws Exception {
    try (GenerationEngine engine = start(8, 64)) {
      List<int[]> expected = new ArrayList<>();
      for (int seed = 0; seed < 6; seed++) {
        expected.add(engine.submit(textOnly(seed)).get().tokens());
      }
      // No embedding has this id: PyTorch fails the whole call.
      GenerationRequest impossible =
          new GenerationRequest(new int[] {0, 1_000_000, 5}, 0, null, OPTIONS);
      List<CompletableFuture<Generation>> good = new ArrayList<>();
      List<CompletableFuture<Generation>> bad = new ArrayList<>();
      for (int seed = 0; seed < 6; seed++) {
        good.add(engine.submit(textOnly(seed)));
        if (seed % 2 == 0) {
          bad.add(engine.submit(impossible));
        }
      }
      for (int seed = 0; seed < 6; seed++) {
        assertThat(good.get(seed).get().tokens()).isEqualTo(expected.get(seed));
      }
      for (CompletableFuture<Generation> failed : bad) {
        assertThatThrownBy(failed::get)
            .isInstanceOf(ExecutionException.class)
            .hasCauseInstanceOf(GroundingException.class)
            .cause()
            .hasMessageContaining("index out of range")
            .extracting(cause -> ((GroundingException) cause).errorCode())
            .isEqualTo(GroundingErrorCode.INFERENCE_FAILED);
      }
    }
  }

  @Test
  void onlyTheRequestWhoseLogitsAreNotFiniteFails(@TempDir Path directory) throws Exception {
    int poison = 1000;
    try (GenerationEngine engine =
        start(8, 64, CorruptCheckpoint.withoutNumberFor(poison, directory))) {
      int[] expected = engine.submit(textOnly(1)).get().tokens();
      CompletableFuture<Generation> before = engine.submit(textOnly(1));
      CompletableFuture<Generation> poisoned =
          engine.submit(new GenerationRequest(new int[] {0, 80, poison}, 0, null, OPTIONS));
      CompletableFuture<Generation> after = engine.submit(textOnly(1));
      assertThat(before.get().tokens()).isEqualTo(expected);
      assertThat(after.get().tokens()).isEqualTo(expected);
      assertThatThrownBy(poisoned::get)
          .cause()
          .isInstanceOf(GroundingException.class)
          .extracting(cause -> ((GroundingException) cause).errorCode())
          .isEqualTo(GroundingErrorCode.LOGITS_NOT_FINITE);
    }
  }

  /**
   * Non-finite numbers remain in a slot after the end of a shorter sequence, and steps read every
   * slot up to the batch's longest sequence.
   */
  @Test
  void aSlotIsCleanAfterASequenceWhoseNumbersWereNotFinite(@TempDir Path directory)
      throws Exception {
    int poison = 1000;
    GenerationRequest shortOne = endless(33, 81, 20);
    int[] expected;
    Path checkpoint = CorruptCheckpoint.withoutNumberFor(poison, directory);
    try (GenerationEngine engine = start(1, 1, checkpoint)) {
      expected = engine.submit(shortOne).get().tokens();
    }
    try (GenerationEngine engine = start(3, 8, checkpoint)) {
      int[] poisoned = endless(40, 80, 1).promptIds();
      poisoned[35] = poison;
      // The first request below is moved into the poisoned one's slot; the second follows it.
      CompletableFuture<Generation> bad =
          engine.submit(new GenerationRequest(poisoned, 0, null, OPTIONS));
      CompletableFuture<Generation> longOne = engine.submit(endless(60, 82, 60));
      CompletableFuture<Generation> moved = engine.submit(shortOne);
      CompletableFuture<Generation> badToo =
          engine.submit(new GenerationRequest(poisoned, 0, null, OPTIONS));
      CompletableFuture<Generation> next = engine.submit(shortOne);
      for (CompletableFuture<Generation> failed : List.of(bad, badToo)) {
        assertThatThrownBy(failed::get)
            .cause()
            .extracting(cause -> ((GroundingException) cause).errorCode())
            .isEqualTo(GroundingErrorCode.LOGITS_NOT_FINITE);
      }
      assertThat(moved.get().tokens()).isEqualTo(expected);
      assertThat(next.get().tokens()).isEqualTo(expected);
      assertThat(longOne.get().tokens()).hasSize(60);
    }
  }

  /** Such a request must not be tried alone again and again. */
  @Test
  @Timeout(60)
  void aSlotThatCannotBeOverwrittenFailsItsRequestAlone(@TempDir Path directory) throws Exception {
    int poison = 1000;
    Path checkpoint = CorruptCheckpoint.withoutNumberFor(poison, directory);
    try (GenerationEngine engine =
        GenerationEngine.startNetwork(
            () ->
                new FaultyNetwork(
                    Kosmos2Program.load(
                        Checkpoint.open(checkpoint),
                        DeviceSpec.CPU,
                        Precision.FLOAT32,
                        1,
                        LoadProgress.NONE),
                    (call, rows) -> call.equals("clear") ? "CUDA error: a hiccup" : null),
            new EngineOptions(2, 8),
            "engine-under-test")) {
      CompletableFuture<Generation> poisoned =
          engine.submit(new GenerationRequest(new int[] {0, 80, poison}, 0, null, OPTIONS));
      assertThatThrownBy(poisoned::get)
          .cause()
          .isInstanceOf(GroundingException.class)
          .extracting(cause -> ((GroundingException) cause).errorCode())
          .isEqualTo(GroundingErrorCode.INFERENCE_FAILED);
      assertThat(engine.submit(textOnly(1)).get().tokens()).isNotEmpty();
    }
  }

  private static GenerationRequest endless(int promptTokens, int token, int newTokens) {
    int[] ids = new int[promptTokens];
    Arrays.fill(ids, token);
    ids[0] = 0;
    return new GenerationRequest(
        ids, 0, null, new GenerationOptions(newTokens, 0), Admission.ORDINARY, true);
  }

  @Test
  void promptsThatExceedThePositionsAreRefused() throws Exception {
    try (GenerationEngine engine = start(2, 2)) {
      assertThatThrownBy(
              () -> engine.submit(new GenerationRequest(new int[2040], 0, null, OPTIONS)))
          .isInstanceOf(GroundingException.class)
          .hasMessage(
              "prompt of 2040 tokens and max-new-tokens of 12 (expected: together <= 2049, one"
                  + " more than the model's positions)");
    }
  }

  @Test
  void aLongSequenceSharesTheCacheWithShortOnes() throws Exception {
    try (GenerationEngine engine = start(4, 64)) {
      int[] expected = engine.submit(textOnly(3)).get().tokens();
      int[] ids = new int[1500];
      Arrays.fill(ids, 80);
      ids[0] = 0;
      GenerationRequest longRequest = new GenerationRequest(ids, 0, null, OPTIONS);
      int[] expectedOfLong = engine.submit(longRequest).get().tokens();
      List<CompletableFuture<Generation>> shortOnes = new ArrayList<>();
      shortOnes.add(engine.submit(textOnly(3)));
      CompletableFuture<Generation> longOne = engine.submit(longRequest);
      for (int i = 0; i < 8; i++) {
        shortOnes.add(engine.submit(textOnly(3)));
      }
      assertThat(longOne.get().tokens()).isEqualTo(expectedOfLong);
      for (CompletableFuture<Generation> shortOne : shortOnes) {
        assertThat(shortOne.get().tokens()).isEqualTo(expected);
      }
    }
  }

  @Test
  void cancelledRequestsMakeRoom() throws Exception {
    try (GenerationEngine engine = start(1, 64)) {
      List<CompletableFuture<Generation>> pending = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        pending.add(
            engine.submit(
                new GenerationRequest(
                    textOnly(i).promptIds(), 0, null, new GenerationOptions(2000, 0))));
      }
      pending.forEach(future -> future.cancel(false));
      // Forty sequences of 2,000 tokens would take minutes.
      assertThat(engine.submit(textOnly(1)).get(30, TimeUnit.SECONDS).tokens()).hasSize(12);
    }
  }

  @Test
  void whatIsNotAnsweredWhenTheEngineClosesFails() throws Exception {
    GenerationEngine engine = start(1, 64);
    List<CompletableFuture<Generation>> pending = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      pending.add(
          engine.submit(
              new GenerationRequest(
                  textOnly(i).promptIds(), 0, null, new GenerationOptions(2000, 0))));
    }
    engine.close();
    assertThat(pending).allMatch(CompletableFuture::isDone);
    assertThatThrownBy(() -> pending.get(19).get())
        .hasCauseInstanceOf(EngineStoppedException.class);
    assertThatThrownBy(() -> engine.submit(textOnly(1))).isInstanceOf(EngineStoppedException.class);
  }

  /** Callers that wait for room in the queue while the engine ends must be notified, too. */
  @Test
  void noCallerWaitsForeverWhenTheEngineClosesOverAFullQueue() throws Exception {
    for (int round = 0; round < 5; round++) {
      GenerationEngine engine = start(1, 1);
      List<CompletableFuture<Generation>> pending = Collections.synchronizedList(new ArrayList<>());
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        Thread caller =
            new Thread(
                () -> {
                  try {
                    while (true) {
                      CompletableFuture<Generation> answer = engine.submit(textOnly(1));
                      // Callbacks of failed requests may take a while.
                      CompletableFuture<Generation> unused =
                          answer.whenComplete((value, failure) -> Thread.onSpinWait());
                      pending.add(answer);
                    }
                  } catch (EngineStoppedException | InterruptedException | GroundingException e) {
                    // The end.
                  }
                });
        callers.add(caller);
        caller.start();
      }
      while (pending.size() < 32) {
        Thread.onSpinWait();
      }
      engine.close();
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(pending).allMatch(CompletableFuture::isDone);
    }
  }

  /** A request that failed in a batch is retried alone soon, regardless of later requests. */
  @Test
  void aFailedRequestIsNotKeptWaitingByThoseThatComeAfterIt() throws Exception {
    try (GenerationEngine engine = start(4, 8)) {
      // Of different lengths, so that they never all end at the same time.
      IntFunction<GenerationRequest> busy =
          number ->
              new GenerationRequest(
                  textOnly(number).promptIds(),
                  0,
                  null,
                  new GenerationOptions(50 + number % 4 * 17, 0));
      GenerationRequest impossible =
          new GenerationRequest(new int[] {0, 1_000_000, 5}, 0, null, OPTIONS);
      Deque<CompletableFuture<Generation>> others = new ArrayDeque<>();
      for (int i = 0; i < 3; i++) {
        others.add(engine.submit(busy.apply(i)));
      }
      others.remove().get();
      CompletableFuture<Generation> failing = engine.submit(impossible);
      CompletableFuture<Generation> neighbour = engine.submit(textOnly(1));
      int answered = 0;
      while (!(failing.isDone() && neighbour.isDone()) && answered < 8) {
        others.add(engine.submit(busy.apply(answered)));
        others.remove().get();
        answered++;
      }
      assertThat(answered).isLessThan(8);
      assertThat(failing).isCompletedExceptionally();
      assertThat(neighbour.get().tokens()).hasSize(12);
    }
  }

  /** This is not the fault of any request, so none must fail with a request's error. */
  @Test
  void aModelThatCannotDoAnythingAnyMoreEndsTheEngine() throws Exception {
    Checkpoint checkpoint = Checkpoint.open(TINY);
    CompletableFuture<Kosmos2Program> program = new CompletableFuture<>();
    try (GenerationEngine engine =
        GenerationEngine.start(
            () -> {
              program.complete(
                  Kosmos2Program.load(
                      checkpoint, DeviceSpec.CPU, Precision.FLOAT32, 1, LoadProgress.NONE));
              return program.join();
            },
            new EngineOptions(4, 8),
            "engine-under-test")) {
      assertThat(engine.submit(textOnly(1)).get().tokens()).hasSize(12);
      program.join().close();
      assertThatThrownBy(() -> engine.submit(textOnly(1)).get())
          .hasCauseInstanceOf(EngineStoppedException.class);
      assertThat(engine.isRunning()).isFalse();
    }
  }

  @Test
  void aGpuThatTheNativesCannotServeIsRefusedWithWhatToSet() throws Exception {
    Checkpoint checkpoint = Checkpoint.open(TINY);
    assertThatThrownBy(
            () ->
                Kosmos2Program.load(
                    checkpoint, DeviceSpec.gpu(97), Precision.FLOAT32, 1, LoadProgress.NONE))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("device: gpu:97 (expected: cpu")
        .hasMessageContaining("PYTORCH_LIBRARY_PATH")
        .hasMessageContaining("PYTORCH_FLAVOR");
  }
}
