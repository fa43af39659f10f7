package io.groundstream.console.deadletters;

import io.groundstream.avro.DeadLetter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts dead letters by stage and code. Not thread-safe. */
public final class DeadLetterGroups {
  /**
   * Dead letters of one stage and code.
   *
   * @param count the number of them
   * @param retryable the number of them that may succeed when they are tried again
   * @param newest the latest of them
   */
  public record Group(
      String stage, String code, long count, long retryable, StoredDeadLetter newest) {}

  private final Map<List<String>, Group> groups = new HashMap<>();

  /** Counts a dead letter. */
  public void add(StoredDeadLetter stored) {
    DeadLetter letter = stored.letter();
    Group one =
        new Group(
            letter.getStage(), letter.getCode(), 1, letter.getRetryable() ? 1 : 0, slim(stored));
    Group unused =
        groups.merge(List.of(letter.getStage(), letter.getCode()), one, DeadLetterGroups::sum);
  }

  /** Returns the groups, the largest first. */
  public List<Group> all() {
    List<Group> all = new ArrayList<>(groups.values());
    all.sort(
        Comparator.comparingLong(Group::count)
            .reversed()
            .thenComparing(Group::stage)
            .thenComparing(Group::code));
    return all;
  }

  private static Group sum(Group before, Group one) {
    boolean newer =
        !one.newest()
            .letter()
            .getProcessingTime()
            .isBefore(before.newest().letter().getProcessingTime());
    return new Group(
        before.stage(),
        before.code(),
        before.count() + one.count(),
        before.retryable() + one.retryable(),
        newer ? one.newest() : before.newest());
  }

  /** Drops the original bytes, which each group would hold without need. */
  private static StoredDeadLetter slim(StoredDeadLetter stored) {
    DeadLetter letter = DeadLetter.newBuilder(stored.letter()).setOriginalValue(null).build();
    return new StoredDeadLetter(stored.partition(), stored.offset(), letter);
  }
}
