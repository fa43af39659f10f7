package io.groundstream.kosmos2.engine;

import static io.groundstream.kosmos2.engine.RequestVariants.assertSame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.decoding.TokenRules;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.Kosmos2Program;
import io.groundstream.kosmos2.program.LoadProgress;
import io.groundstream.kosmos2.program.Precision;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lack of memory, cancellation, deadlines and shutdown lose no request and do not affect others.
 */
@Timeout(120)
final class EngineRobustnessTest {
  private static final Path TINY = Path.of("src/test/resources/checkpoints/random-tiny");
  private static final int IMAGES = 6;

  /** Requests of the kinds from this one on share prefixes, and some of them are scored. */
  private static final int SHARING_KINDS = 30;

  private static final int KINDS = 42;
  private static final FaultyNetwork.Faults NONE = (call, rows) -> null;

  private static GenerationEngine start(int batch, int queue, FaultyNetwork.Faults faults)
      throws Exception {
    Checkpoint checkpoint = Checkpoint.open(TINY);
    return GenerationEngine.startNetwork(
        () ->
            new FaultyNetwork(
                Kosmos2Program.load(
                    checkpoint, DeviceSpec.CPU, Precision.FLOAT32, 1, LoadProgress.NONE),
                faults),
        new EngineOptions(batch, queue),
        "engine-under-test");
  }

  /** Creates a request of a kind; requests of the same kind have the same answer. */
  private static GenerationRequest request(int kind, Admission admission) {
    return kind < SHARING_KINDS
        ? single(kind, admission)
        : sharing(kind - SHARING_KINDS, admission);
  }

  private static GenerationRequest sharing(int kind, Admission admission) {
    GenerationRequest like = single(kind, admission);
    if (kind % 3 == 1) {
      like = RequestVariants.withCandidates(like);
    }
    boolean sharesImage = kind % 4 == 3 && !like.images().isEmpty();
    return sharesImage
        ? RequestVariants.sharing(like, RequestVariants.TOKENS_TO_IMAGE_END)
        : RequestVariants.withPrefix(like);
  }

  private static GenerationRequest single(int kind, Admission admission) {
    boolean imaged = kind % 3 != 0;
    int[] ids = new int[imaged ? 67 + kind % 40 : 3 + kind % 9];
    for (int i = 1; i < ids.length; i++) {
      ids[i] = 70 + (kind * 31 + i * 7) % 90;
    }
    byte[] levels = null;
    if (imaged) {
      levels = new byte[224 * 224 * 3];
      Arrays.fill(levels, (byte) (kind % IMAGES * 40));
    }
    GenerationOptions options = new GenerationOptions(1 + kind * 13 % 30, kind % 5 == 0 ? 2 : 0);
    return new GenerationRequest(ids, 2, levels, options, admission, kind % 7 == 0);
  }

  private static GenerationRequest request(int kind) {
    return request(kind, Admission.ORDINARY);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Map<Integer, Generation> answersAlone(int kinds) throws Exception {
    Map<Integer, Generation> answers = new HashMap<>();
    try (GenerationEngine engine = start(1, 1, NONE)) {
      for (int kind = 0; kind < kinds; kind++) {
        answers.put(kind, engine.submit(request(kind)).get());
      }
    }
    return answers;
  }

  @ParameterizedTest
  @ValueSource(strings = {"encode", "prefill", "decode", "reshape"})
  void whereMemoryDoesNotSufficeNothingIsLost(String failing) throws Exception {
    Map<Integer, Generation> expected = answersAlone(24);
    int most = 3;
    AtomicBoolean warm = new AtomicBoolean();
    // A first request blocks the engine until the others are queued, to get large batches.
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch allWait = new CountDownLatch(1);
    try (GenerationEngine engine =
        start(
            16,
            64,
            (call, rows) -> {
              if (!warm.get()) {
                return null;
              }
              // No call whose time is measured, since slow ones are made for fewer requests.
              if (call.equals("decode")) {
                busy.countDown();
                await(allWait);
              }
              return call.equals(failing) && rows > most ? FaultyNetwork.CPU_OUT_OF_MEMORY : null;
            })) {
      // The first calls of a process are slow, too. Their images are no others'. But the cache gets
      // its shape by the first of all.
      for (int level = 201; level < 204 && !failing.equals("reshape"); level++) {
        byte[] levels = new byte[224 * 224 * 3];
        Arrays.fill(levels, (byte) level);
        GenerationRequest like = request(1);
        Generation unused =
            engine
                .submit(
                    new GenerationRequest(
                        like.promptIds(), 2, levels, like.options(), Admission.ORDINARY, false))
                .get();
      }
      warm.set(true);
      // One that takes several steps, and no image of the others.
      CompletableFuture<Generation> first = engine.submit(request(21));
      busy.await();
      List<CompletableFuture<Generation>> answers = new ArrayList<>();
      for (int kind = 0; kind < 24; kind++) {
        answers.add(engine.submit(request(kind)));
      }
      allWait.countDown();
      assertSame(first.get(), expected.get(21));
      for (int kind = 0; kind < 24; kind++) {
        assertSame(answers.get(kind).get(), expected.get(kind));
      }
      EngineStatistics statistics = engine.statistics();
      assertThat(statistics.get(EngineCounter.SPLITS)).isBetween(1L, 6L);
      assertThat(statistics.get(EngineCounter.RETRIES)).isPositive();
      assertThat(statistics.get(EngineCounter.ANSWERED))
          .isEqualTo(failing.equals("reshape") ? 25 : 28);
      // The number of slots was too large only if decode or reshape failed.
      boolean fewer = failing.equals("decode") || failing.equals("reshape");
      assertThat(statistics.get(EngineLevel.SLOTS)).isBetween(fewer ? 1L : 16L, fewer ? most : 16L);
    }
  }

  /** The memory may be free again a moment later. */
  @ParameterizedTest
  @ValueSource(strings = {"encode", "prefix", "prefill", "score", "decode", "reshape"})
  void aSingleRequestThatFindsNoMemoryIsTriedOnceMore(String failing) throws Exception {
    int kind =
        switch (failing) {
          case "prefix" -> SHARING_KINDS;
          case "score" -> SHARING_KINDS + 1;
          default -> 1;
        };
    // Scoring fails for five candidates, for two of these, and for one.
    int times = failing.equals("score") ? 3 : 1;
    Generation expected = answersAlone(kind + 1).get(kind);
    AtomicInteger failures = new AtomicInteger();
    try (GenerationEngine engine =
        start(
            1,
            4,
            (call, rows) ->
                call.equals(failing) && failures.getAndIncrement() < times
                    ? FaultyNetwork.GPU_OUT_OF_MEMORY
                    : null)) {
      assertSame(engine.submit(request(kind)).get(), expected);
      assertThat(failures.get()).isGreaterThan(times);
      assertThat(engine.statistics().get(EngineCounter.RETRIES)).isEqualTo(1);
    }
  }

  @Test
  void aDeviceThatFailsForGoodIsLost() throws Exception {
    try (GenerationEngine engine =
        start(2, 4, (call, rows) -> "CUDA error: device-side assert triggered")) {
      assertThatThrownBy(() -> engine.submit(request(1)).get())
          .hasCauseInstanceOf(DeviceLostException.class)
          .hasMessageContaining(
              "The device is lost to this process: CUDA error: device-side assert triggered");
    }
  }

  @Test
  void whatDoesNotFitEvenAloneFailsAlone() throws Exception {
    try (GenerationEngine engine =
        start(
            8,
            64,
            // No image can be encoded.
            (call, rows) -> call.equals("encode") ? FaultyNetwork.GPU_OUT_OF_MEMORY : null)) {
      List<CompletableFuture<Generation>> imaged = new ArrayList<>();
      List<CompletableFuture<Generation>> others = new ArrayList<>();
      for (int kind = 0; kind < 12; kind++) {
        (kind % 3 == 0 ? others : imaged).add(engine.submit(request(kind)));
      }
      for (CompletableFuture<Generation> other : others) {
        assertThat(other.get().tokens()).isNotEmpty();
      }
      for (CompletableFuture<Generation> failed : imaged) {
        assertThatThrownBy(failed::get)
            .cause()
            .isInstanceOf(GroundingException.class)
            .hasMessageContaining("CUDA out of memory")
            .extracting(cause -> ((GroundingException) cause).errorCode())
            .isEqualTo(GroundingErrorCode.OUT_OF_MEMORY);
      }
      assertThat(engine.isRunning()).isTrue();
    }
  }

  /** The engine also does not retry indefinitely after failures other than lack of memory. */
  @Test
  void aCacheThatCannotBeMadeFailsEachRequestByItself() throws Exception {
    try (GenerationEngine engine =
        start(
            8,
            64,
            (call, rows) ->
                call.equals("reshape") && rows > 1 ? "CUDA error: invalid argument" : null)) {
      List<CompletableFuture<Generation>> answers = new ArrayList<>();
      for (int kind = 0; kind < 4; kind++) {
        answers.add(engine.submit(request(kind)));
      }
      for (CompletableFuture<Generation> answer : answers) {
        assertThatThrownBy(() -> answer.get(30, TimeUnit.SECONDS))
            .cause()
            .isInstanceOf(GroundingException.class)
            .hasMessageContaining("CUDA error: invalid argument");
      }
      assertThat(engine.isRunning()).isTrue();
    }
  }

  /** Uses the real cache, with a request for terabytes. */
  @Test
  void pytorchsOwnWordsAreUnderstood() throws Exception {
    Checkpoint checkpoint = Checkpoint.open(TINY);
    try (Kosmos2Program program =
        Kosmos2Program.load(checkpoint, DeviceSpec.CPU, Precision.FLOAT32, 1, LoadProgress.NONE)) {
      assertThatThrownBy(() -> program.reshape(1_000_000_000, 2048, 0))
          .satisfies(failure -> assertThat(Failures.isOutOfMemory(failure)).isTrue());
    }
    assertThat(Failures.isOutOfMemory(new RuntimeException(FaultyNetwork.GPU_OUT_OF_MEMORY)))
        .isTrue();
    assertThat(Failures.isOutOfMemory(new RuntimeException("index out of range in self")))
        .isFalse();
  }

  @Test
  void requestsOnOneImageShareItsEncodingWheneverTheyCome() throws Exception {
    try (GenerationEngine engine = start(4, 64, NONE)) {
      int[] expected = engine.submit(request(1)).get().tokens();
      assertThat(engine.statistics().get(EngineCounter.ENCODED_IMAGES)).isEqualTo(1);
      List<CompletableFuture<Generation>> answers = new ArrayList<>();
      // Equal levels in other arrays, with another prompt.
      for (int i = 0; i < 10; i++) {
        answers.add(engine.submit(request(1)));
        answers.add(engine.submit(request(1 + IMAGES)));
      }
      for (int i = 0; i < 20; i += 2) {
        assertThat(answers.get(i).get().tokens()).isEqualTo(expected);
        assertThat(answers.get(i + 1).get().tokens()).isNotEqualTo(expected);
      }
      assertThat(engine.statistics().get(EngineCounter.ENCODED_IMAGES)).isEqualTo(1);
      assertThat(engine.statistics().get(EngineCounter.REUSED_ENCODINGS)).isEqualTo(20);
      // A new image among cached ones, then so many that some are evicted.
      Map<Integer, Generation> alone = answersAlone(30);
      for (int round = 0; round < 2; round++) {
        List<CompletableFuture<Generation>> mixed = new ArrayList<>();
        for (int kind = 0; kind < 30; kind++) {
          mixed.add(engine.submit(request(kind)));
        }
        for (int kind = 0; kind < 30; kind++) {
          assertSame(mixed.get(kind).get(), alone.get(kind));
        }
      }
      assertThat(engine.statistics().get(EngineCounter.ENCODED_IMAGES)).isEqualTo(IMAGES - 2);
    }
  }

  @Test
  void aRunningRequestThatIsCancelledFreesItsSlotBeforeTheNextStep() throws Exception {
    AtomicInteger steps = new AtomicInteger();
    CompletableFuture<CompletableFuture<Generation>> endless = new CompletableFuture<>();
    FaultyNetwork.Faults counting =
        (call, rows) -> {
          if (call.equals("decode") && steps.incrementAndGet() == 5) {
            endless.join().cancel(false);
          }
          return null;
        };
    try (GenerationEngine engine = start(1, 4, counting)) {
      endless.complete(
          engine.submit(
              new GenerationRequest(
                  new int[] {0, 80},
                  0,
                  null,
                  new GenerationOptions(2000, 0),
                  Admission.ORDINARY,
                  true)));
      CompletableFuture<Generation> next = engine.submit(request(0));
      int length = next.get().tokens().length;
      assertThat(endless.join()).isCancelled();
      // Five steps for the request cancelled during its fifth, the rest for the next request.
      assertThat(steps.get()).isEqualTo(5 + length - 1);
      assertThat(engine.statistics().get(EngineCounter.CANCELLED)).isEqualTo(1);
    }
  }

  @Test
  void closingDrainsWithinItsBound() throws Exception {
    GenerationEngine engine = start(2, 64, NONE);
    List<CompletableFuture<Generation>> answers = new ArrayList<>();
    for (int kind = 0; kind < 20; kind++) {
      answers.add(engine.submit(request(kind)));
    }
    engine.close(Duration.ofSeconds(60));
    assertThat(answers).allMatch(answer -> !answer.isCompletedExceptionally());
    assertThat(answers).allMatch(CompletableFuture::isDone);
    assertThatThrownBy(() -> engine.submit(request(1))).isInstanceOf(EngineStoppedException.class);

    GenerationEngine busy = start(1, 4, NONE);
    CompletableFuture<Generation> endless =
        busy.submit(
            new GenerationRequest(
                new int[] {0, 80},
                0,
                null,
                new GenerationOptions(2000, 0),
                Admission.ORDINARY,
                true));
    long begin = System.nanoTime();
    busy.close(Duration.ofMillis(50));
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
    assertThatThrownBy(endless::get).hasCauseInstanceOf(EngineStoppedException.class);
  }

  /**
   * A random mix of everything: several callers that submit, cancel, and set priorities and
   * deadlines, poisoned requests, and a device that fails occasionally.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyRequestEndsExactlyOnceAndAnswersAreThoseGeneratedAlone(long seed) throws Exception {
    Map<Integer, Generation> expected = answersAlone(KINDS);
    Random faults = new Random(seed);
    boolean failing = seed % 2 == 0;
    FaultyNetwork.Faults sometimes =
        (call, rows) -> {
          if (!failing || (rows < 2 && !call.equals("prefix")) || faults.nextInt(60) > 0) {
            return null;
          }
          return faults.nextBoolean() ? FaultyNetwork.CPU_OUT_OF_MEMORY : "CUDA error: a hiccup";
        };
    int callers = 4;
    int each = 60;
    try (GenerationEngine engine = start(1 + (int) seed, 5, sometimes)) {
      List<FutureTask<List<Ended>>> runs = new ArrayList<>();
      CountDownLatch go = new CountDownLatch(1);
      for (int caller = 0; caller < callers; caller++) {
        Random random = new Random(seed * 100 + caller);
        String name = "caller" + caller;
        FutureTask<List<Ended>> run =
            new FutureTask<>(
                () -> {
                  go.await();
                  return submitAtRandom(engine, random, name, each);
                });
        runs.add(run);
        new Thread(run).start();
      }
      go.countDown();
      int answered = 0;
      int cancelled = 0;
      int expired = 0;
      int failed = 0;
      for (FutureTask<List<Ended>> run : runs) {
        for (Ended ended : run.get()) {
          assertThat(ended.times().get()).isEqualTo(1);
          Throwable failure = ended.failure();
          if (failure == null) {
            answered++;
            assertSame(ended.answer().join(), expected.get(ended.kind()));
          } else if (failure instanceof CancellationException) {
            cancelled++;
          } else {
            assertThat(failure).isInstanceOf(GroundingException.class);
            if (((GroundingException) failure).errorCode()
                == GroundingErrorCode.ADMISSION_DEADLINE_EXCEEDED) {
              expired++;
            } else {
              failed++;
              assertThat(ended.kind() == POISONED || (failing && ended.kind() >= SHARING_KINDS))
                  .as("kind %d", ended.kind())
                  .isTrue();
            }
          }
        }
      }
      assertThat(answered + cancelled + expired + failed).isEqualTo((long) callers * each);
      assertThat(answered).isGreaterThan(callers * each / 3);
      assertThat(engine.isRunning()).isTrue();
      // Requests cancelled while waiting leave at the engine's next step.
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while ((engine.statistics().get(EngineLevel.SLOTS_IN_USE) > 0
              || engine.statistics().get(EngineLevel.QUEUE_DEPTH) > 0)
          && System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      EngineStatistics statistics = engine.statistics();
      // A request cancelled just as it ends may be counted either way.
      assertThat(statistics.get(EngineCounter.ANSWERED))
          .isBetween((long) answered, (long) answered + cancelled);
      assertThat(statistics.get(EngineCounter.FAILED))
          .isBetween((long) failed, (long) failed + cancelled);
      assertThat(statistics.get(EngineCounter.EXPIRED))
          .isBetween((long) expired, (long) expired + cancelled);
      assertThat(
              statistics.get(EngineCounter.ANSWERED)
                  + statistics.get(EngineCounter.FAILED)
                  + statistics.get(EngineCounter.EXPIRED)
                  + statistics.get(EngineCounter.CANCELLED))
          .isEqualTo((long) callers * each);
      assertThat(statistics.get(EngineLevel.QUEUE_DEPTH)).isZero();
    }
  }

  private static final int POISONED = -1;

  private record Ended(int kind, CompletableFuture<Generation> answer, AtomicInteger times) {
    @Nullable Throwable failure() throws InterruptedException {
      try {
        Generation unused = answer.get();
        return null;
      } catch (ExecutionException e) {
        return e.getCause();
      } catch (CancellationException e) {
        return e;
      }
    }
  }

  private static List<Ended> submitAtRandom(
      GenerationEngine engine, Random random, String caller, int count) throws Exception {
    List<Ended> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int kind = random.nextInt(10) == 0 ? POISONED : random.nextInt(KINDS);
      Instant deadline =
          random.nextInt(6) == 0 ? Instant.now().plusMillis(random.nextInt(40)) : null;
      Admission admission = new Admission(caller, random.nextInt(3) - 1, deadline);
      CompletableFuture<Generation> answer =
          engine.submit(
              kind == POISONED
                  ? new GenerationRequest(
                      new int[] {0, 1_000_000, 5},
                      List.of(),
                      // In its prefix, or after it.
                      1 + random.nextInt(2),
                      List.of(),
                      GenerationOptions.DEFAULT,
                      TokenRules.NONE,
                      admission,
                      false)
                  : request(kind, admission));
      AtomicInteger times = new AtomicInteger();
      CompletableFuture<Generation> unused =
          answer.whenComplete((value, failure) -> times.incrementAndGet());
      all.add(new Ended(kind, answer, times));
      if (random.nextInt(5) == 0) {
        all.get(random.nextInt(all.size())).answer().cancel(false);
      }
      if (random.nextInt(10) == 0) {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(5));
      }
    }
    for (Ended ended : all) {
      Throwable unused = ended.failure();
    }
    return all;
  }
}
