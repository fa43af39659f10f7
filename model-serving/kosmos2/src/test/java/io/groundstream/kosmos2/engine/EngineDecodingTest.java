package io.groundstream.kosmos2.engine;

import static io.groundstream.kosmos2.engine.RequestVariants.assertSame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.decoding.LogitsProcessor;
import io.groundstream.kosmos2.decoding.Sampling;
import io.groundstream.kosmos2.decoding.TokenRules;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.Kosmos2Program;
import io.groundstream.kosmos2.program.LoadProgress;
import io.groundstream.kosmos2.program.Precision;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that choose their tokens themselves, and beam searches with several slots, keep what the
 * engine promises: nothing is lost, no request affects another, and failures have codes.
 */
@Timeout(120)
final class EngineDecodingTest {
  private static final Path TINY = Path.of("src/test/resources/checkpoints/random-tiny");

  /** Of the requests, those of the kinds before this one generate, and the others score. */
  private static final int SCORED_KINDS = 20;

  private static final int KINDS = 26;
  private static final FaultyNetwork.Faults NONE = (call, rows) -> null;

  private static GenerationEngine start(int batch, FaultyNetwork.Faults faults) throws Exception {
    Checkpoint checkpoint = Checkpoint.open(TINY);
    return GenerationEngine.startNetwork(
        () ->
            new FaultyNetwork(
                Kosmos2Program.load(
                    checkpoint, DeviceSpec.CPU, Precision.FLOAT32, 1, LoadProgress.NONE),
                faults),
        new EngineOptions(batch, 64),
        "engine-under-test");
  }

  private static GenerationRequest request(int kind, GenerationOptions options, TokenRules rules) {
    int[] ids = new int[3 + kind % 9];
    for (int i = 1; i < ids.length; i++) {
      ids[i] = 70 + (kind * 31 + i * 7) % 90;
    }
    return new GenerationRequest(ids, 0, null, options, rules, Admission.ORDINARY, false);
  }

  /**
   * Requests of the same kind have the same answer; each fifth kind is decoded otherwise. Each
   * third kind begins as the others of these.
   */
  private static GenerationRequest request(int kind) {
    GenerationOptions.Builder options =
        GenerationOptions.builder().optMaxNewTokens(2 + kind * 13 % 30);
    switch (kind % 5) {
      case 0 -> options.optBeams(2 + kind % 3);
      case 1 -> options.optSampling(new Sampling(1.5, 0, 0.95, kind));
      case 2 -> options.optRepetitionPenalty(1.5).optMinNewTokens(2);
      case 3 -> options.optNoRepeatNgramSize(2);
      default -> options.optBeams(4).optNoRepeatNgramSize(2).optLengthPenalty(2);
    }
    GenerationRequest request = request(kind, options.build(), TokenRules.NONE);
    if (kind >= SCORED_KINDS) {
      request = RequestVariants.withCandidates(request);
    }
    return kind % 3 == 0 ? RequestVariants.withPrefix(request) : request;
  }

  private static Map<Integer, Generation> answersAlone() throws Exception {
    Map<Integer, Generation> answers = new HashMap<>();
    try (GenerationEngine engine = start(4, NONE)) {
      for (int kind = 0; kind < KINDS; kind++) {
        answers.put(kind, engine.submit(request(kind)).get());
      }
    }
    return answers;
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 9, 16})
  void answersInMixedBatchesAreThoseAlone(int slots) throws Exception {
    Map<Integer, Generation> expected = answersAlone();
    try (GenerationEngine engine = start(slots, NONE)) {
      List<CompletableFuture<Generation>> answers = new ArrayList<>();
      for (int i = 0; i < 3 * KINDS; i++) {
        answers.add(engine.submit(request(i * 7 % KINDS)));
      }
      for (int i = 0; i < answers.size(); i++) {
        assertSame(answers.get(i).get(), expected.get(i * 7 % KINDS));
      }
    }
  }

  /** Every call can fail, also those that copy the slots of beams. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void nothingIsLostWhenCallsFail(long seed) throws Exception {
    Map<Integer, Generation> expected = answersAlone();
    Random random = new Random(seed);
    AtomicInteger faults = new AtomicInteger();
    FaultyNetwork.Faults sometimes =
        (call, rows) -> {
          if ((rows < 2 && !call.equals("prefix")) || random.nextInt(25) > 0) {
            return null;
          }
          faults.incrementAndGet();
          return seed % 2 == 0 ? "CUDA error: a hiccup" : FaultyNetwork.CPU_OUT_OF_MEMORY;
        };
    int refused = 0;
    try (GenerationEngine engine = start(5 + (int) seed, sometimes)) {
      List<CompletableFuture<Generation>> answers = new ArrayList<>();
      for (int i = 0; i < 3 * KINDS; i++) {
        answers.add(engine.submit(request(i * 3 % KINDS)));
      }
      for (int i = 0; i < answers.size(); i++) {
        int kind = i * 3 % KINDS;
        try {
          assertSame(answers.get(i).get(), expected.get(kind));
        } catch (ExecutionException e) {
          // For want of memory there may be fewer slots than beams, or a beam search fails alone.
          // A prefix may fail, too.
          refused++;
          GenerationRequest request = request(kind);
          assertThat(request.options().beams() > 1 || request.sharedTokens() > 0)
              .as("kind %d", kind)
              .isTrue();
          assertThat(e.getCause()).isInstanceOf(GroundingException.class);
          assertThat(((GroundingException) e.getCause()).errorCode())
              .isEqualTo(
                  seed % 2 == 0
                      ? GroundingErrorCode.INFERENCE_FAILED
                      : GroundingErrorCode.OUT_OF_MEMORY);
        }
      }
      assertThat(engine.isRunning()).isTrue();
    }
    assertThat(faults.get()).isPositive();
    assertThat(refused).isLessThan(2 * KINDS);
  }

  @Test
  void aBeamSearchThatMemoryAllowsGoesOnAfterALackOfIt() throws Exception {
    Map<Integer, Generation> expected = answersAlone();
    for (String failing : List.of("prefill", "decode", "reorder", "move", "reshape")) {
      AtomicInteger failures = new AtomicInteger();
      try (GenerationEngine engine =
          start(
              4,
              (call, rows) ->
                  call.equals(failing) && failures.getAndIncrement() == 0
                      ? FaultyNetwork.GPU_OUT_OF_MEMORY
                      : null)) {
        assertSame(engine.submit(request(4)).get(), expected.get(4));
      }
      assertThat(failures.get()).as(failing).isPositive();
    }
  }

  @Test
  void moreBeamsThanSlotsAreRefused() throws Exception {
    try (GenerationEngine engine = start(4, NONE)) {
      GenerationOptions five = GenerationOptions.builder().optBeams(5).build();
      assertThatThrownBy(() -> engine.submit(request(0, five, TokenRules.NONE)))
          .isInstanceOf(GroundingException.class)
          .hasMessage(
              "beams: 5 (expected: <= 4, the slots for sequences of 98 tokens; for more, raise the"
                  + " batch size)");
      // Long sequences have fewer slots.
      GenerationOptions longer =
          GenerationOptions.builder().optBeams(3).optMaxNewTokens(500).build();
      assertThatThrownBy(() -> engine.submit(request(0, longer, TokenRules.NONE)))
          .hasMessageStartingWith(
              "beams: 3 (expected: <= 2, the slots for sequences of 502 tokens");
      GenerationOptions all =
          GenerationOptions.builder().optSampling(new Sampling(1, 1_000_000, 1, 0)).build();
      assertThatThrownBy(() -> engine.submit(request(0, all, TokenRules.NONE)))
          .hasMessageStartingWith("top-k: 1000000 (expected: <= ");
    }
  }

  /** A search waits until enough slots are free; those that come later wait behind it. */
  @Test
  void ordinaryRequestsDoNotKeepABeamSearchOut() throws Exception {
    try (GenerationEngine engine = start(4, NONE)) {
      List<CompletableFuture<Generation>> before = new ArrayList<>();
      List<CompletableFuture<Generation>> after = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        before.add(engine.submit(request(3)));
      }
      CompletableFuture<Generation> search = engine.submit(request(4));
      for (int i = 0; i < 40; i++) {
        after.add(engine.submit(request(3)));
      }
      search.get();
      assertThat(after.stream().filter(CompletableFuture::isDone).count()).isLessThan(20);
      for (CompletableFuture<Generation> other : after) {
        other.get();
      }
      assertThat(before).allMatch(CompletableFuture::isDone);
    }
  }

  @Test
  void aRuleThatFailsEndsItsRequestAlone() throws Exception {
    Map<Integer, Generation> expected = answersAlone();
    LogitsProcessor broken =
        (scores, tokens) -> {
          if (tokens.newTokens() == 3) {
            throw new IllegalStateException("a bug");
          }
        };
    LogitsProcessor impossible =
        (scores, tokens) -> {
          throw new GroundingException(GroundingErrorCode.TEXT_INVALID, "nothing fits");
        };
    try (GenerationEngine engine = start(9, NONE)) {
      for (int beams : new int[] {1, 3}) {
        GenerationOptions options = GenerationOptions.builder().optBeams(beams).build();
        CompletableFuture<Generation> other = engine.submit(request(2));
        CompletableFuture<Generation> bug =
            engine.submit(request(11, options, TokenRules.NONE.and(broken)));
        CompletableFuture<Generation> none =
            engine.submit(request(11, options, TokenRules.NONE.and(impossible)));
        assertThatThrownBy(bug::get)
            .hasMessageContaining("The choice of a token failed: ")
            .hasMessageContaining("a bug");
        assertThatThrownBy(none::get).hasMessageContaining("nothing fits");
        assertSame(other.get(), expected.get(2));
      }
      assertThat(engine.statistics().get(EngineCounter.RETRIES)).isZero();
    }
  }

  @Test
  void aCancelledSearchFreesAllItsSlots() throws Exception {
    AtomicInteger steps = new AtomicInteger();
    CompletableFuture<CompletableFuture<Generation>> search = new CompletableFuture<>();
    try (GenerationEngine engine =
        start(
            4,
            (call, rows) -> {
              if (call.equals("decode") && steps.incrementAndGet() == 3) {
                assertThat(rows).isEqualTo(4);
                search.join().cancel(false);
              }
              return null;
            })) {
      GenerationOptions options =
          GenerationOptions.builder().optBeams(4).optMaxNewTokens(200).optMinNewTokens(200).build();
      search.complete(engine.submit(request(1, options, TokenRules.NONE)));
      // It needs all slots, too.
      assertThat(engine.submit(request(4)).get().tokens()).isNotEmpty();
      assertThat(search.join()).isCancelled();
      assertThat(engine.statistics().get(EngineCounter.CANCELLED)).isEqualTo(1);
    }
  }

  @Test
  void closingEndsARunningSearch() throws Exception {
    GenerationEngine engine = start(4, NONE);
    GenerationOptions options =
        GenerationOptions.builder().optBeams(4).optMaxNewTokens(200).optMinNewTokens(200).build();
    List<CompletableFuture<Generation>> answers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      answers.add(engine.submit(request(1, options, TokenRules.NONE)));
    }
    engine.close(Duration.ZERO);
    assertThatThrownBy(() -> answers.get(19).get())
        .hasCauseInstanceOf(EngineStoppedException.class);
    assertThat(answers).allMatch(CompletableFuture::isDone);
  }

  @Test
  void aStopConditionEndsAnOrdinarySequenceToo() throws Exception {
    int[] whole;
    try (GenerationEngine engine = start(4, NONE)) {
      GenerationOptions options = new GenerationOptions(20, 0);
      whole = engine.submit(request(7, options, TokenRules.NONE)).get().tokens();
      TokenRules rules = new TokenRules(List.of(), tokens -> tokens.newTokens() == 5);
      Generation stopped = engine.submit(request(7, options, rules)).get();
      assertThat(stopped.finishReason()).isEqualTo(FinishReason.STOP);
      assertThat(stopped.tokens()).hasSize(5);
      assertThat(whole).startsWith(stopped.tokens()).hasSizeGreaterThan(5);
    }
  }
}
