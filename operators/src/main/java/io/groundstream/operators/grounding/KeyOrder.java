package io.groundstream.operators.grounding;

import io.groundstream.operators.event.EventRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the order of events and tombstones of one key: a tombstone waits for the events before it,
 * and later events wait for the tombstone. So the tombstone's results leave after those that they
 * delete, with a time that is not earlier, although events overtake each other otherwise.
 *
 * <p>Used by the subtask's thread alone; events end on any thread.
 */
final class KeyOrder {
  /** An event under way. */
  private record Entry(byte[] key, boolean tombstone, CompletableFuture<Void> done) {}

  /** At most as many as the operator's capacity, in the order in which they came. */
  private final List<Entry> underWay = new ArrayList<>();

  /**
   * Adds an event.
   *
   * @param tombstone whether the event is a tombstone
   * @param done completes when the event's results have left the operator
   * @return completes when the event may begin; null if it may at once
   */
  @Nullable CompletableFuture<Void> enter(
      EventRecord event, boolean tombstone, CompletableFuture<Void> done) {
    byte[] key = event.getKey();
    if (key == null) {
      return null;
    }
    underWay.removeIf(entry -> entry.done().isDone());
    CompletableFuture<?>[] before =
        underWay.stream()
            .filter(entry -> (tombstone || entry.tombstone()) && Arrays.equals(entry.key(), key))
            .map(Entry::done)
            .toArray(CompletableFuture<?>[]::new);
    underWay.add(new Entry(key, tombstone, done));
    return before.length == 0 ? null : CompletableFuture.allOf(before);
  }
}
