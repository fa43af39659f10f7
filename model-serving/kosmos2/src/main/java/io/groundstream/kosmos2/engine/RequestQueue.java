package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait for a slot. Bounded: whoever comes when it is full waits at its door.
 *
 * <p>Who is next: the highest priority that waits; within it the caller who has been served least,
 * in tokens, while others waited, too; of that caller's, who came first. So that nothing waits for
 * ever, every {@value #OLDEST_EVERY}th is simply whoever has waited longest. At the door it is the
 * highest priority, then the caller with the fewest requests inside, then who came first: a caller
 * who floods the queue keeps no other out of it.
 *
 * <p>Thread-safe. No answer is completed while the lock is held.
 */
final class RequestQueue {
  private static final int OLDEST_EVERY = 8;

  private final int capacity;
  private final EngineStatistics statistics;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition notEmpty = lock.newCondition();
  private final Callers callers = new Callers();

  /** All that wait inside, in the order of their arrival. */
  private final LinkedHashSet<Sequence> waiting = new LinkedHashSet<>();

  private final TreeSet<Sequence> byDeadline =
      new TreeSet<>(
          Comparator.comparingLong(Sequence::deadlineNanos).thenComparing(Sequence::number));

  /** Who waits to get in; empty unless there is no room. */
  private final List<Visitor> door = new ArrayList<>();

  private long admissions;
  private boolean closed;

  /** Somebody who waits at the door. */
  private static final class Visitor {
    private final Sequence sequence;
    private final Condition answered;
    private boolean admitted;

    Visitor(Sequence sequence, Condition answered) {
      this.sequence = sequence;
      this.answered = answered;
    }
  }

  RequestQueue(int capacity, EngineStatistics statistics) {
    this.capacity = capacity;
    this.statistics = statistics;
  }

  /**
   * Queues a request, waiting at the door while there is no room. One whose deadline passes
   * meanwhile fails. When its answer is completed from outside it leaves at once.
   *
   * @return false if the queue is closed
   */
  boolean put(Sequence sequence) throws InterruptedException {
    CompletableFuture<Generation> unused =
        sequence.answer().whenComplete((value, failure) -> gone(sequence));
    lock.lockInterruptibly();
    try {
      if (closed) {
        return false;
      }
      if (door.isEmpty() && waiting.size() < capacity) {
        enter(sequence);
        return true;
      }
      Visitor visitor = new Visitor(sequence, lock.newCondition());
      door.add(visitor);
      try {
        while (!visitor.admitted && !closed && sequence.nanosToDeadline() > 0) {
          long unusedLeft = visitor.answered.awaitNanos(sequence.nanosToDeadline());
        }
      } catch (InterruptedException e) {
        if (visitor.admitted) {
          // Nobody will ever hold its answer.
          withdraw(sequence);
        }
        throw e;
      } finally {
        door.remove(visitor);
      }
      if (visitor.admitted) {
        return true;
      }
      if (closed) {
        return false;
      }
    } finally {
      lock.unlock();
    }
    expire(sequence);
    return true;
  }

  /** Waits until somebody waits, but not for longer than so. */
  void await(long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = nanos;
      while (waiting.isEmpty() && !closed && left > 0) {
        left = notEmpty.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns who is next, without taking it; null if nobody waits. */
  @Nullable Sequence next() {
    lock.lock();
    try {
      if (waiting.isEmpty()) {
        return null;
      }
      if (admissions % OLDEST_EVERY == OLDEST_EVERY - 1) {
        return waiting.iterator().next();
      }
      return callers.next();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a request out, to give it a slot.
   *
   * @return false if it has left meanwhile
   */
  boolean take(Sequence sequence) {
    lock.lock();
    try {
      if (!remove(sequence)) {
        return false;
      }
      callers.start(sequence);
      admissions++;
      openDoor();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Tells that a request that was taken needs its slot no more, having used so many tokens. */
  void ended(Sequence sequence, int usedTokens) {
    lock.lock();
    try {
      callers.end(sequence, usedTokens);
    } finally {
      lock.unlock();
    }
  }

  /** Fails those whose deadline has passed. */
  void expire() {
    List<Sequence> late = new ArrayList<>();
    lock.lock();
    try {
      while (!byDeadline.isEmpty() && byDeadline.first().nanosToDeadline() <= 0) {
        Sequence sequence = byDeadline.first();
        late.add(sequence);
        boolean unused = leave(sequence);
      }
      if (!late.isEmpty()) {
        openDoor();
      }
    } finally {
      lock.unlock();
    }
    late.forEach(this::expire);
  }

  int size() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  boolean isEmpty() {
    return size() == 0;
  }

  /** Lets nobody in any more. Who is inside stays there; who waits at the door is sent away. */
  void close() {
    lock.lock();
    try {
      closed = true;
      notEmpty.signalAll();
      door.forEach(visitor -> visitor.answered.signal());
    } finally {
      lock.unlock();
    }
  }

  /** Takes everybody out. */
  List<Sequence> drain() {
    lock.lock();
    try {
      List<Sequence> all = new ArrayList<>(waiting);
      waiting.clear();
      byDeadline.clear();
      callers.clear();
      return all;
    } finally {
      lock.unlock();
    }
  }

  private void expire(Sequence sequence) {
    long waited = sequence.nanosSinceSubmit();
    if (sequence.answer().isDone()) {
      statistics.count(EngineCounter.CANCELLED);
      return;
    }
    statistics.count(EngineCounter.EXPIRED);
    sequence
        .answer()
        .completeExceptionally(
            new GroundingException(
                GroundingErrorCode.ADMISSION_DEADLINE_EXCEEDED,
                "deadline: %s (expected: not before the model had a place for the request, for which it waited %d ms)"
                    .formatted(
                        sequence.request().admission().deadline(),
                        TimeUnit.NANOSECONDS.toMillis(waited))));
  }

  /** The answer was completed: if that was not us, the request is given up. */
  private void gone(Sequence sequence) {
    lock.lock();
    try {
      if (!withdraw(sequence)) {
        return;
      }
    } finally {
      lock.unlock();
    }
    statistics.count(EngineCounter.CANCELLED);
  }

  private boolean withdraw(Sequence sequence) {
    if (!leave(sequence)) {
      return false;
    }
    openDoor();
    return true;
  }

  private void enter(Sequence sequence) {
    callers.enter(sequence);
    waiting.add(sequence);
    if (sequence.hasDeadline()) {
      byDeadline.add(sequence);
    }
    notEmpty.signal();
  }

  /** Takes out whoever waits and will not be served. */
  private boolean leave(Sequence sequence) {
    boolean waited = remove(sequence);
    if (waited) {
      callers.leave(sequence);
    }
    return waited;
  }

  private boolean remove(Sequence sequence) {
    boolean waited = waiting.remove(sequence);
    if (waited) {
      byDeadline.remove(sequence);
    }
    return waited;
  }

  private void openDoor() {
    while (waiting.size() < capacity) {
      Visitor best = null;
      for (Visitor visitor : door) {
        if (best == null || isBefore(visitor, best)) {
          best = visitor;
        }
      }
      if (best == null) {
        return;
      }
      door.remove(best);
      best.admitted = true;
      enter(best.sequence);
      best.answered.signal();
    }
  }

  private boolean isBefore(Visitor one, Visitor other) {
    int byPriority = Integer.compare(other.sequence.priority(), one.sequence.priority());
    if (byPriority != 0) {
      return byPriority < 0;
    }
    // In the order of arrival, so that the first of equals is the best.
    return inside(one) < inside(other);
  }

  private int inside(Visitor visitor) {
    return callers.waiting(visitor.sequence);
  }
}
