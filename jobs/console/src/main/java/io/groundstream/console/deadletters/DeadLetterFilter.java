package io.groundstream.console.deadletters;

import io.groundstream.avro.DeadLetter;
import java.time.Instant;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant: those that fit everything that is given.
 *
 * @param stages none means any
 * @param codes none means any
 * @param retryable null means either
 * @param since when they were made, this included; null means ever
 * @param until when they were made, this excluded; null means ever
 * @param eventIds the identifiers of their events; none means any
 * @param positions their {@link StoredDeadLetter#position}s; none means any
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

  /** Returns whether it means all there are. */
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
