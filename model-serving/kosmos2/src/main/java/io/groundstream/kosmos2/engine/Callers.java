package io.groundstream.kosmos2.engine;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everybody with requests that wait or are running, and what each has been served, in tokens. Not
 * thread-safe: the queue's lock guards it.
 */
final class Callers {
  private final Map<String, Caller> byName = new HashMap<>();

  /** How much the caller who was served last had been served before; newcomers start from here. */
  private long served;

  /** Somebody with requests that wait or are running. */
  private static final class Caller {
    /** By falling priority; no deque is empty. */
    private final TreeMap<Integer, Deque<Sequence>> waiting =
        new TreeMap<>(Comparator.reverseOrder());

    private int waitingCount;
    private int running;

    /** The tokens that it was granted. */
    private long served;

    Sequence head() {
      return waiting.firstEntry().getValue().getFirst();
    }
  }

  /** A request begins to wait. */
  void enter(Sequence sequence) {
    Caller caller = callerOf(sequence);
    if (caller.waitingCount == 0) {
      // Nobody saves up what it did not ask for.
      caller.served = Math.max(caller.served, served);
    }
    caller.waiting.computeIfAbsent(sequence.priority(), any -> new ArrayDeque<>()).add(sequence);
    caller.waitingCount++;
  }

  /** A request waits no more, and is not running either. */
  void leave(Sequence sequence) {
    forgetIfIdle(sequence, withdraw(sequence));
  }

  /** A request waits no more, because it is running. */
  void start(Sequence sequence) {
    Caller caller = withdraw(sequence);
    served = Math.max(served, caller.served);
    caller.served += sequence.cost();
    caller.running++;
  }

  /** A request that was running has ended, having used so many tokens. */
  void end(Sequence sequence, int usedTokens) {
    Caller caller = callerOf(sequence);
    caller.served -= sequence.cost() - usedTokens;
    caller.running--;
    forgetIfIdle(sequence, caller);
  }

  /** Forgets all. */
  void clear() {
    byName.clear();
  }

  /** How many requests of the same caller wait. */
  int waiting(Sequence sequence) {
    Caller caller = byName.get(name(sequence));
    return caller == null ? 0 : caller.waitingCount;
  }

  /**
   * Returns who is next: of the highest priority that waits, from the caller who has been served
   * least, who came first. Somebody must wait.
   */
  Sequence next() {
    Caller best = null;
    for (Caller caller : byName.values()) {
      if (caller.waitingCount > 0 && (best == null || isBefore(caller, best))) {
        best = caller;
      }
    }
    if (best == null) {
      throw new IllegalStateException("Requests wait, but no caller does");
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
