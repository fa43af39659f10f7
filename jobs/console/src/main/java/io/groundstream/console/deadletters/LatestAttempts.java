package io.groundstream.console.deadletters;

import io.groundstream.avro.DeadLetter;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * Knows which dead letters are the newest of their event and request. A replay of an older one as
 * well would double the event with every round. Keeps a few words for each dead letter. Not
 * thread-safe.
 */
public final class LatestAttempts {
  /** Stands for the event as a whole, beside the identifiers of its requests. */
  private static final String WHOLE = "";

  private static final Comparator<Attempt> BY_AGE =
      Comparator.comparingInt(Attempt::attempts)
          .thenComparingLong(Attempt::millis)
          .thenComparingInt(Attempt::partition)
          .thenComparingLong(Attempt::offset);

  private record Attempt(int attempts, long millis, int partition, long offset) {
    static Attempt of(StoredDeadLetter stored) {
      return new Attempt(
          stored.letter().getAttempts(),
          stored.letter().getProcessingTime().toEpochMilli(),
          stored.partition(),
          stored.offset());
    }
  }

  /** By the first origin of the event, and by request. */
  private final Map<String, Map<String, Attempt>> latest = new HashMap<>();

  /** Adds a dead letter. */
  public void add(StoredDeadLetter stored) {
    Attempt unused =
        latest
            .computeIfAbsent(stored.firstOrigin(), origin -> new HashMap<>(2))
            .merge(
                request(stored.letter()),
                Attempt.of(stored),
                (one, other) -> BY_AGE.compare(one, other) < 0 ? other : one);
  }

  /**
   * Returns whether no later dead letter is about the same request or the event as a whole, or, for
   * a dead letter about the whole event, about any of its requests.
   */
  public boolean isLatest(StoredDeadLetter stored) {
    Map<String, Attempt> ofEvent = latest.getOrDefault(stored.firstOrigin(), Map.of());
    String request = request(stored.letter());
    Attempt own = Attempt.of(stored);
    for (Map.Entry<String, Attempt> entry : ofEvent.entrySet()) {
      boolean same = entry.getKey().equals(request);
      boolean related = entry.getKey().equals(WHOLE) || request.equals(WHOLE);
      if (same
          ? BY_AGE.compare(entry.getValue(), own) > 0
          : related && entry.getValue().attempts() > own.attempts()) {
        return false;
      }
    }
    return true;
  }

  private static String request(DeadLetter letter) {
    String id = letter.getRequestId();
    return id == null ? WHOLE : id;
  }
}
