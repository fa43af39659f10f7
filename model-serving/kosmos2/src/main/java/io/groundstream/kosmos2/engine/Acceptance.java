package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.program.RowLogits;
import io.groundstream.kosmos2.program.StepResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What became of the sequences that received the tokens of a step: most continue.
 *
 * @param finished those whose generation has ended
 * @param failed those that cannot continue, and why
 * @param corrupt those of the failed ones whose slots contain non-finite numbers
 */
record Acceptance(
    List<Sequence> finished, Map<Sequence, GroundingException> failed, Set<Sequence> corrupt) {

  /**
   * Gives each sequence its token, or the logits from which it chooses.
   *
   * @param rows the rows of the result. After prefill, a sequence has its first beam's row alone.
   */
  static Acceptance of(List<Slots.Row> rows, StepResult result) {
    Acceptance acceptance =
        new Acceptance(new ArrayList<>(), new LinkedHashMap<>(), new HashSet<>());
    Map<Sequence, RowLogits[]> logits = new HashMap<>();
    int next = 0;
    for (int i = 0; i < rows.size(); i++) {
      Sequence sequence = rows.get(i).sequence();
      if (!Float.isFinite(result.probabilities()[i])) {
        acceptance.corrupt.add(sequence);
      }
      if (sequence.wantsLogits()) {
        logits.computeIfAbsent(sequence, one -> new RowLogits[one.rows()])[rows.get(i).beam()] =
            result.logits().get(next++);
      }
    }
    for (int i = 0; i < rows.size(); i++) {
      // Each sequence once.
      if (rows.get(i).beam() == 0) {
        Sequence sequence = rows.get(i).sequence();
        acceptance.accept(
            sequence,
            result.tokens()[i],
            result.probabilities()[i],
            logits.getOrDefault(sequence, new RowLogits[0]));
      }
    }
    return acceptance;
  }

  private void accept(Sequence sequence, int token, float probability, RowLogits[] logits) {
    try {
      if (corrupt.contains(sequence)) {
        throw new GroundingException(
            GroundingErrorCode.LOGITS_NOT_FINITE,
            "The model's logits are not finite (expected: finite numbers)");
      }
      if (sequence.wantsLogits()) {
        sequence.choose(Arrays.asList(logits));
      } else {
        sequence.append(token, probability);
      }
      if (sequence.finished()) {
        finished.add(sequence);
      }
    } catch (GroundingException e) {
      failed.put(sequence, e);
    } catch (RuntimeException e) {
      // A rule of this request has failed, which must not affect the others.
      failed.put(
          sequence,
          new GroundingException(
              GroundingErrorCode.INFERENCE_FAILED,
              "The choice of a token failed: " + Failures.reason(e),
              e));
    }
  }
}
