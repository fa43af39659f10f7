package io.groundstream.console.deadletters;

import io.groundstream.avro.DeadLetter;
import java.time.Instant;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Selects the dead letters that match all of these conditions.
 *
 * @param stages empty means any
 * @param codes empty means any
 * @param retryable null means either
 * @param since the earliest processing time, inclusive; null means any
 * @param until the latest processing time, exclusive; null means any
 * @param eventIds the identifiers of their events; empty means any
 * @param positions their {@link StoredDeadLetter#position}s; empty means any
 */
public record DeadLetterFilter(
    Set<String> stages,
    Set<String> codes,
    @Nullable Boolean retryable,
    @Nullable Instant since,
    @Nullable Instant until,
    Set<String> eventIds,
    Set<String> positions)
    implements Predicate<StoredDeadLetter> {
  public DeadLetterFilter {
    stages = Set.copyOf(stages);
    codes = Set.copyOf(codes);
    eventIds = Set.copyOf(eventIds);
    positions = Set.copyOf(positions);
  }

  /** Returns whether it selects every dead letter. */
  public boolean isAny() {
    return stages.isEmpty()
        && codes.isEmpty()
        && retryable == null
        && since == null
        && until == null
        && eventIds.isEmpty()
        && positions.isEmpty();
  }

  @Override
  public boolean test(StoredDeadLetter stored) {
    DeadLetter letter = stored.letter();
    Instant time = letter.getProcessingTime();
    String eventId = letter.getEventId();
    return (stages.isEmpty() || stages.contains(letter.getStage()))
        && (codes.isEmpty() || codes.contains(letter.getCode()))
        && (retryable == null || retryable == letter.getRetryable())
        && (since == null || !time.isBefore(since))
        && (until == null || time.isBefore(until))
        && (eventIds.isEmpty() || (eventId != null && eventIds.contains(eventId)))
        && (positions.isEmpty() || positions.contains(stored.position()));
  }
}
