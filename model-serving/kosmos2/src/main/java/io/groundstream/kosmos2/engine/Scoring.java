package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.program.Continuation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores the candidates of sequences whose prompts are in the cache. Candidates of several
 * sequences share a call, within limits of its memory. A failing call is split until the failing
 * candidate is found. Confined to the engine's thread.
 */
final class Scoring {
  private static final Logger LOG = LoggerFactory.getLogger(Scoring.class);

  /** A call computes the logits of up to this many tokens at once. */
  private static final int MAX_TOKENS = 256;

  /**
   * A call copies up to this many keys per layer, unless it has only one row: as many as in 64
   * slots of ordinary length.
   */
  private static final int MAX_KEYS = 64 * CacheShape.ORDINARY_LENGTH;

  private static final int MAX_ROWS = 256;

  private final NetworkCalls network;
  private final EngineStatistics statistics;
  private final BooleanSupplier stopped;

  /** The maximum number of candidates per call; lowered after the device ran out of memory. */
  private final Limit rowLimit;

  private record Row(Sequence sequence, int candidate, Continuation tokens) {
    int computed() {
      return tokens.tokens().length - 1;
    }

    int keys() {
      return tokens.length() + computed();
    }
  }

  /**
   * @param stopped whether the engine is to end, so that no further call may be made
   */
  Scoring(
      NetworkCalls network,
      EngineStatistics statistics,
      LongSupplier nanoTime,
      BooleanSupplier stopped) {
    this.network = network;
    this.statistics = statistics;
    this.stopped = stopped;
    this.rowLimit = new Limit(MAX_ROWS, nanoTime);
  }

  /**
   * Scores all candidates of sequences, except cancelled ones. If the engine is to end, candidates
   * remain unscored.
   *
   * @param slotOf the sequences, which are prefilled, and their slots
   * @return the sequences on which the model failed, and its failures
   */
  Map<Sequence, RuntimeException> score(Map<Sequence, Integer> slotOf) {
    if (rowLimit.mayGrow()) {
      LOG.info("Trying to score {} candidates per call again", rowLimit.get());
    }
    Map<Sequence, RuntimeException> failures = new HashMap<>();
    List<Row> piece = new ArrayList<>();
    for (Row row : rows(slotOf)) {
      piece.add(row);
      if (exceeds(piece)) {
        piece.remove(piece.size() - 1);
        run(piece, failures);
        piece.clear();
        piece.add(row);
      }
    }
    run(piece, failures);
    return failures;
  }

  private static List<Row> rows(Map<Sequence, Integer> slotOf) {
    List<Row> rows = new ArrayList<>();
    slotOf.forEach(
        (sequence, slot) -> {
          List<int[]> candidates = sequence.request().candidates();
          for (int candidate = 0; candidate < candidates.size(); candidate++) {
            rows.add(
                new Row(
                    sequence, candidate, sequence.continuation(slot, candidates.get(candidate))));
          }
        });
    return rows;
  }

  private boolean exceeds(List<Row> piece) {
    int computed = piece.stream().mapToInt(Row::computed).max().orElse(0);
    int keys = piece.stream().mapToInt(Row::keys).max().orElse(0);
    return piece.size() > 1
        && (piece.size() > rowLimit.get()
            || piece.size() * computed > MAX_TOKENS
            || piece.size() * keys > MAX_KEYS);
  }

  private void run(List<Row> piece, Map<Sequence, RuntimeException> failures) {
    List<Row> rows =
        piece.stream()
            .filter(row -> !failures.containsKey(row.sequence()))
            .filter(row -> !row.sequence().answer().isDone())
            .toList();
    if (rows.isEmpty() || stopped.getAsBoolean()) {
      return;
    }
    List<float[]> scores;
    try {
      scores = network.score(rows.stream().map(Row::tokens).toList());
    } catch (RuntimeException e) {
      failed(rows, e, failures);
      return;
    }
    for (int index = 0; index < rows.size(); index++) {
      Row row = rows.get(index);
      row.sequence().score(row.candidate(), scores.get(index));
    }
  }

  private void failed(
      List<Row> rows, RuntimeException e, Map<Sequence, RuntimeException> failures) {
    boolean outOfMemory = Failures.isOutOfMemory(e);
    if (outOfMemory) {
      network.giveMemoryBack();
    }
    int size = rows.size();
    if (size == 1) {
      failures.put(rows.get(0).sequence(), e);
      return;
    }
    LOG.warn("Scoring {} candidates failed; it is retried in two halves", size, e);
    if (outOfMemory) {
      rowLimit.lower((size + 1) / 2);
      statistics.count(EngineCounter.SPLITS);
    }
    run(rows.subList(0, size / 2), failures);
    run(rows.subList(size / 2, size), failures);
  }
}
