package io.groundstream.kosmos2.engine;

import static io.groundstream.kosmos2.engine.RequestVariants.assertSame;
import static io.groundstream.kosmos2.engine.RequestVariants.candidate;
import static io.groundstream.kosmos2.engine.RequestVariants.sharing;
import static io.groundstream.kosmos2.engine.RequestVariants.withCandidates;
import static io.groundstream.kosmos2.engine.RequestVariants.withPrefix;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.Kosmos2Program;
import io.groundstream.kosmos2.program.LoadProgress;
import io.groundstream.kosmos2.program.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests that share a prefix, and those that score candidates, also fail and end alone. */
@Timeout(120)
final class EngineSharingTest {
  private static final Path TINY = Path.of("src/test/resources/checkpoints/random-tiny");
  private static final int NOT_FINITE = FaultyNetwork.NOT_FINITE_TOKEN;
  private static final FaultyNetwork.Faults NONE = (call, rows) -> null;

  private static GenerationEngine start(int batch, Path directory, FaultyNetwork.Faults faults)
      throws Exception {
    Checkpoint checkpoint = Checkpoint.open(directory);
    return GenerationEngine.startNetwork(
        () ->
            new FaultyNetwork(
                Kosmos2Program.load(
                    checkpoint, DeviceSpec.CPU, Precision.FLOAT32, 1, LoadProgress.NONE),
                faults),
        new EngineOptions(batch, 64),
        "engine-under-test");
  }

  private static GenerationRequest plain(int newTokens, int... ids) {
    return new GenerationRequest(
        ids, 0, null, new GenerationOptions(newTokens, 0), Admission.ORDINARY, true);
  }

  /** Returns a request with more candidates than one call scores. */
  private static GenerationRequest manyCandidates() {
    List<int[]> candidates = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      candidates.add(candidate(30, i));
    }
    return withCandidates(plain(1, 0, 80), candidates);
  }

  @Test
  void aRequestThatIsCancelledWhileItsPrefixIsReadFreesItsSlot() throws Exception {
    CompletableFuture<CompletableFuture<Generation>> first = new CompletableFuture<>();
    AtomicInteger prefixes = new AtomicInteger();
    try (GenerationEngine engine =
        start(
            1,
            TINY,
            (call, rows) -> {
              if (call.equals("prefix") && prefixes.incrementAndGet() == 1) {
                first.join().cancel(false);
              }
              return null;
            })) {
      first.complete(engine.submit(withPrefix(plain(500, 81, 82))));
      assertThat(engine.submit(withPrefix(plain(3, 83))).get().tokens()).hasSize(3);
      assertThat(first.join()).isCancelled();
      assertThat(engine.statistics().get(EngineCounter.CANCELLED)).isEqualTo(1);
      // What was read for the cancelled one serves the other.
      assertThat(prefixes.get()).isEqualTo(1);
    }
  }

  @Test
  void aRequestThatIsCancelledWhileItIsScoredIsScoredNoFurther() throws Exception {
    CompletableFuture<CompletableFuture<Generation>> first = new CompletableFuture<>();
    AtomicInteger calls = new AtomicInteger();
    try (GenerationEngine engine =
        start(
            1,
            TINY,
            (call, rows) -> {
              if (call.equals("score") && calls.incrementAndGet() == 2) {
                first.join().cancel(false);
              }
              return null;
            })) {
      first.complete(engine.submit(manyCandidates()));
      assertThat(engine.submit(plain(3, 0, 83)).get().tokens()).hasSize(3);
      assertThat(first.join()).isCancelled();
      assertThat(engine.statistics().get(EngineCounter.CANCELLED)).isEqualTo(1);
      assertThat(calls.get()).isEqualTo(2);
    }
  }

  @Test
  void closingWhileAPrefixIsReadFailsWhatIsNotAnswered() throws Exception {
    CompletableFuture<GenerationEngine> started = new CompletableFuture<>();
    GenerationEngine engine =
        start(
            4,
            TINY,
            (call, rows) -> {
              if (call.equals("prefix")) {
                // On the engine's thread, which does not wait for itself.
                started.join().close();
              }
              return null;
            });
    List<CompletableFuture<Generation>> answers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      answers.add(engine.submit(withPrefix(plain(500, 81 + i))));
    }
    started.complete(engine);
    for (CompletableFuture<Generation> answer : answers) {
      assertThatThrownBy(answer::get).hasCauseInstanceOf(EngineStoppedException.class);
    }
    engine.close();
    assertThat(engine.statistics().get(EngineCounter.FAILED)).isEqualTo(8);
  }

  @Test
  void numbersThatAreNotFiniteFailOnlyTheirPrefixAndTheirCandidates(@TempDir Path directory)
      throws Exception {
    Path checkpoint = CorruptCheckpoint.withoutNumberFor(NOT_FINITE, directory);
    GenerationRequest badPrefix = sharing(plain(5, 0, NOT_FINITE, 80, 81), 3);
    GenerationRequest badCandidate =
        withCandidates(
            withPrefix(plain(1, 80)),
            List.of(candidate(3, 0), new int[] {81, NOT_FINITE, 82}, candidate(3, 1)));
    List<GenerationRequest> good =
        List.of(
            withPrefix(plain(20, 80, 81)),
            withPrefix(withCandidates(plain(1, 82))),
            withCandidates(plain(1, 0, 80)),
            sharing(plain(9, 0, 80, 81, 82), 3));
    List<Generation> expected = new ArrayList<>();
    try (GenerationEngine engine = start(1, checkpoint, NONE)) {
      for (GenerationRequest request : good) {
        expected.add(engine.submit(request).get());
      }
    }
    try (GenerationEngine engine = start(8, checkpoint, NONE)) {
      List<CompletableFuture<Generation>> answers = new ArrayList<>();
      List<CompletableFuture<Generation>> bad = new ArrayList<>();
      for (int round = 0; round < 3; round++) {
        for (GenerationRequest request : good) {
          bad.add(engine.submit(round == 1 ? badCandidate : badPrefix));
          bad.add(engine.submit(withCandidates(badPrefix)));
          answers.add(engine.submit(request));
        }
      }
      for (int i = 0; i < answers.size(); i++) {
        assertSame(answers.get(i).get(), expected.get(i % good.size()));
      }
      for (CompletableFuture<Generation> failed : bad) {
        assertThatThrownBy(failed::get)
            .cause()
            .isInstanceOf(GroundingException.class)
            .extracting(cause -> ((GroundingException) cause).errorCode())
            .isEqualTo(GroundingErrorCode.LOGITS_NOT_FINITE);
      }
    }
  }

  /**
   * Submits six requests with one prefix at once beside a running one, which must be answered.
   *
   * @param batch the number of slots, which must remain
   * @param failureOfPrefix the message of the failure to read the prefix for the given time, from
   *     1; null for none
   */
  private static SharedRun sixOnOnePrefix(int batch, IntFunction<@Nullable String> failureOfPrefix)
      throws Exception {
    AtomicInteger prefixes = new AtomicInteger();
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch allWait = new CountDownLatch(1);
    try (GenerationEngine engine =
        start(
            batch,
            TINY,
            (call, rows) -> {
              if (call.equals("decode")) {
                busy.countDown();
                await(allWait);
              }
              return call.equals("prefix")
                  ? failureOfPrefix.apply(prefixes.incrementAndGet())
                  : null;
            })) {
      CompletableFuture<Generation> running = engine.submit(plain(200, 0, 80));
      busy.await();
      List<CompletableFuture<Generation>> answers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        answers.add(engine.submit(withPrefix(plain(4, 81 + i))));
      }
      allWait.countDown();
      assertThat(running.get().tokens()).hasSize(200);
      for (CompletableFuture<Generation> answer : answers) {
        answer.handle((generation, failure) -> true).join();
      }
      assertThat(engine.statistics().get(EngineCounter.SPLITS)).isZero();
      assertThat(engine.statistics().get(EngineLevel.SLOTS)).isEqualTo(batch);
      return new SharedRun(answers, prefixes.get(), engine.statistics().get(EngineCounter.RETRIES));
    }
  }

  private record SharedRun(
      List<CompletableFuture<Generation>> answers, int prefixes, long retries) {
    void allFailed(GroundingErrorCode code, String message) {
      for (CompletableFuture<Generation> failed : answers) {
        assertThatThrownBy(failed::get)
            .cause()
            .isInstanceOf(GroundingException.class)
            .hasMessageContaining(message)
            .extracting(cause -> ((GroundingException) cause).errorCode())
            .isEqualTo(code);
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aPrefixThatFindsNoMemoryForAMomentIsReadAgain() throws Exception {
    SharedRun run = sixOnOnePrefix(8, time -> time == 1 ? FaultyNetwork.GPU_OUT_OF_MEMORY : null);
    assertThat(run.answers()).allMatch(answer -> answer.join().tokens().length == 4);
    assertThat(run.prefixes()).isEqualTo(2);
    assertThat(run.retries()).isEqualTo(6);
  }

  @Test
  void aPrefixThatDoesNotFitFailsOnlyItsRequests() throws Exception {
    SharedRun run = sixOnOnePrefix(8, time -> FaultyNetwork.GPU_OUT_OF_MEMORY);
    run.allFailed(GroundingErrorCode.OUT_OF_MEMORY, "CUDA out of memory");
    assertThat(run.prefixes()).isEqualTo(2);
  }

  /** It would also fail for each request alone. */
  @Test
  void aPrefixOnWhichTheModelFailsIsReadOnce() throws Exception {
    SharedRun run = sixOnOnePrefix(8, time -> "CUDA error: invalid argument");
    run.allFailed(GroundingErrorCode.INFERENCE_FAILED, "CUDA error: invalid argument");
    assertThat(run.prefixes()).isEqualTo(1);
    assertThat(run.retries()).isZero();
  }

  /** This is not the fault of the prefix, so its requests must not fail with its error. */
  @Test
  void aDeviceThatIsLostWhileAPrefixIsReadEndsTheEngine() throws Exception {
    AtomicInteger prefixes = new AtomicInteger();
    try (GenerationEngine engine =
        start(
            4,
            TINY,
            (call, rows) -> {
              if (call.equals("prefix")) {
                prefixes.incrementAndGet();
              }
              return prefixes.get() > 0 ? "CUDA error: device-side assert triggered" : null;
            })) {
      assertThat(engine.submit(plain(3, 0, 80)).get().tokens()).hasSize(3);
      CompletableFuture<Generation> lost = engine.submit(withPrefix(plain(3, 81)));
      assertThatThrownBy(lost::get).hasCauseInstanceOf(DeviceLostException.class);
    }
  }

  @Test
  void closingWhileCandidatesAreScoredWaitsForOneCallAtMost() throws Exception {
    CompletableFuture<GenerationEngine> started = new CompletableFuture<>();
    AtomicInteger calls = new AtomicInteger();
    GenerationEngine engine =
        start(
            4,
            TINY,
            (call, rows) -> {
              if (call.equals("score")) {
                calls.incrementAndGet();
                // On the engine's thread, which does not wait for itself.
                started.join().close();
              }
              return null;
            });
    CompletableFuture<Generation> answer = engine.submit(manyCandidates());
    started.complete(engine);
    assertThatThrownBy(answer::get).hasCauseInstanceOf(EngineStoppedException.class);
    engine.close();
    assertThat(calls.get()).isEqualTo(1);
    assertThat(engine.statistics().get(EngineCounter.FAILED)).isEqualTo(1);
  }

  /** Whatever happened to it, the next requests must not fail for it. */
  @Test
  void aPrefixWhoseNumbersAreNotFiniteIsReadAgainForTheNextRequest(@TempDir Path directory)
      throws Exception {
    Path checkpoint = CorruptCheckpoint.withoutNumberFor(FaultyNetwork.NOT_FINITE_TOKEN, directory);
    GenerationRequest request = withPrefix(plain(5, 80, 81));
    Generation expected;
    try (GenerationEngine engine = start(1, checkpoint, NONE)) {
      expected = engine.submit(request).get();
    }
    AtomicInteger prefixes = new AtomicInteger();
    try (GenerationEngine engine =
        start(
            4,
            checkpoint,
            (call, rows) ->
                call.equals("prefix") && prefixes.incrementAndGet() == 1
                    ? FaultyNetwork.NOT_FINITE
                    : null)) {
      assertThatThrownBy(() -> engine.submit(request).get())
          .cause()
          .isInstanceOf(GroundingException.class)
          .extracting(cause -> ((GroundingException) cause).errorCode())
          .isEqualTo(GroundingErrorCode.LOGITS_NOT_FINITE);
      assertSame(engine.submit(request).get(), expected);
      // Kept from here on.
      assertSame(engine.submit(request).get(), expected);
      assertThat(prefixes.get()).isEqualTo(2);
    }
  }
}
