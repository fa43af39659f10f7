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
 * A bounded queue of the requests that wait for a slot. While it is full, submitting threads wait
 * at its door.
 *
 * <p>The next request is of the highest waiting priority; among these, of the caller that has been
 * served the fewest tokens while others also waited; among that caller's, the earliest. To prevent
 * starvation, every {@value #OLDEST_EVERY}th admission takes the oldest request. At the door the
 * order is the highest priority, then the caller with the fewest requests in the queue, then
 * arrival, so that a caller that floods the queue does not keep others out.
 *
 * <p>Thread-safe. Answers are never completed while the lock is held.
 */
final class RequestQueue {
  private static final int OLDEST_EVERY = 8;

  private final int capacity;
  private final EngineStatistics statistics;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition notEmpty = lock.newCondition();
  private final Callers callers = new Callers();

  /** All requests in the queue, in order of arrival. */
  private final LinkedHashSet<Sequence> waiting = new LinkedHashSet<>();

  private final TreeSet<Sequence> byDeadline =
      new TreeSet<>(
          Comparator.comparingLong(Sequence::deadlineNanos).thenComparing(Sequence::number));

  /** Requests waiting to enter; empty unless the queue is full. */
  private final List<Visitor> door = new ArrayList<>();

  private long admissions;
  private boolean closed;

  /** A request whose thread waits at the door. */
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
   * Queues a request, blocking while the queue is full. If its deadline passes meanwhile, the
   * request fails. It leaves the queue at once when its answer is completed by its caller.
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
          // The caller will never receive its answer.
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

  /** Blocks until a request waits, for at most {@code nanos} nanoseconds. */
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

  /** Returns the next request without taking it; null if the queue is empty. */
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
   * Takes a request from the queue to give it a slot.
   *
   * @return false if it has left the queue meanwhile
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

  /** Reports that a taken request has freed its slot after using {@code usedTokens} tokens. */
  void ended(Sequence sequence, int usedTokens) {
    lock.lock();
    try {
      callers.end(sequence, usedTokens);
    } finally {
      lock.unlock();
    }
  }

  /** Fails the requests whose deadlines have passed. */
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

  /**
   * Closes the queue to new requests. Queued requests stay; those waiting at the door are turned
   * away.
   */
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

  /** Removes and returns all requests. */
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
                "deadline: %s (expected: later; the request had waited %d ms for a slot of the model)"
                    .formatted(
                        sequence.request().admission().deadline(),
                        TimeUnit.NANOSECONDS.toMillis(waited))));
  }

  /** Handles a completed answer: if the request is still queued, its caller has cancelled it. */
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

  /** Removes a queued request that will not run. */
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
    // The door is in order of arrival, so the first of equals wins.
    return inside(one) < inside(other);
  }

  private int inside(Visitor visitor) {
    return callers.waiting(visitor.sequence);
  }
}
