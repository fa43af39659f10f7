package io.groundstream.kosmos2.engine;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The callers with waiting or running requests, and the service that each has received, in tokens.
 * Not thread-safe: guarded by the queue's lock.
 */
final class Callers {
  private final Map<String, Caller> byName = new HashMap<>();

  /**
   * The {@link Caller#served} of the caller served last, before that; new callers start from here.
   */
  private long served;

  /** A caller with waiting or running requests. */
  private static final class Caller {
    /** By descending priority; no deque is empty. */
    private final TreeMap<Integer, Deque<Sequence>> waiting =
        new TreeMap<>(Comparator.reverseOrder());

    private int waitingCount;
    private int running;

    /** The tokens that the caller was granted. */
    private long served;

    Sequence head() {
      return waiting.firstEntry().getValue().getFirst();
    }
  }

  /** Adds a request that begins to wait. */
  void enter(Sequence sequence) {
    Caller caller = callerOf(sequence);
    if (caller.waitingCount == 0) {
      // A caller gains no credit for the time without waiting requests.
      caller.served = Math.max(caller.served, served);
    }
    caller.waiting.computeIfAbsent(sequence.priority(), any -> new ArrayDeque<>()).add(sequence);
    caller.waitingCount++;
  }

  /** Removes a waiting request that will not run. */
  void leave(Sequence sequence) {
    forgetIfIdle(sequence, withdraw(sequence));
  }

  /** Marks a waiting request as running. */
  void start(Sequence sequence) {
    Caller caller = withdraw(sequence);
    served = Math.max(served, caller.served);
    caller.served += sequence.cost();
    caller.running++;
  }

  /** Removes a running request that has ended after using {@code usedTokens} tokens. */
  void end(Sequence sequence, int usedTokens) {
    Caller caller = callerOf(sequence);
    caller.served -= sequence.cost() - usedTokens;
    caller.running--;
    forgetIfIdle(sequence, caller);
  }

  /** Forgets all callers. */
  void clear() {
    byName.clear();
  }

  /** Returns the number of waiting requests of the sequence's caller. */
  int waiting(Sequence sequence) {
    Caller caller = byName.get(name(sequence));
    return caller == null ? 0 : caller.waitingCount;
  }

  /**
   * Returns the next request: among those of the highest waiting priority, the earliest of the
   * caller that has been served least. There must be a waiting request.
   */
  Sequence next() {
    Caller best = null;
    for (Caller caller : byName.values()) {
      if (caller.waitingCount > 0 && (best == null || isBefore(caller, best))) {
        best = caller;
      }
    }
    if (best == null) {
      throw new IllegalStateException("There is no waiting request");
    }
    return best.head();
  }

  private static boolean isBefore(Caller one, Caller other) {
    int byPriority = Integer.compare(other.head().priority(), one.head().priority());
    if (byPriority != 0) {
      return byPriority < 0;
    }
    if (one.served != other.served) {
      return one.served < other.served;
    }
    return one.head().number() < other.head().number();
  }

  private Caller withdraw(Sequence sequence) {
    Caller caller = callerOf(sequence);
    caller.waitingCount--;
    caller.waiting.computeIfPresent(
        sequence.priority(),
        (priority, queue) -> {
          queue.remove(sequence);
          return queue.isEmpty() ? null : queue;
        });
    return caller;
  }

  private Caller callerOf(Sequence sequence) {
    return byName.computeIfAbsent(name(sequence), any -> new Caller());
  }

  private void forgetIfIdle(Sequence sequence, Caller caller) {
    if (caller.waitingCount == 0 && caller.running == 0) {
      byName.remove(name(sequence));
    }
  }

  private static String name(Sequence sequence) {
    return sequence.request().admission().caller();
  }
}
