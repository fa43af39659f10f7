package io.groundstream.operators.fetch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A number of bytes that many share: whoever wants some waits for them in turn, without a thread.
 * Whoever wants more than there are gets all of them, once nobody else holds any; so everybody gets
 * something in the end, provided that nobody waits for more while holding some. Thread-safe.
 */
final class ByteBudget {
  private final long capacity;
  private final Deque<Waiter> waiting = new ArrayDeque<>();
  private long held;

  private record Waiter(long bytes, CompletableFuture<Grant> answer) {}

  /** Some of the bytes. Closing it gives them back, once. */
  final class Grant implements AutoCloseable {
    private long wanted;
    private boolean closed;

    private Grant(long wanted) {
      this.wanted = wanted;
    }

    /** Returns how many bytes it is good for, which may be more than the budget has. */
    long bytes() {
      synchronized (ByteBudget.this) {
        return wanted;
      }
    }

    /** Takes more, if there are more and nobody waits for them. */
    boolean tryGrow(long bytes) {
      synchronized (ByteBudget.this) {
        long more = share(bytes) - share(wanted);
        if (closed || (more > 0 && (!waiting.isEmpty() || held + more > capacity))) {
          return false;
        }
        held += Math.max(0, more);
        wanted = Math.max(wanted, bytes);
        return true;
      }
    }

    /** Gives back what goes beyond so many bytes. */
    void shrink(long bytes) {
      synchronized (ByteBudget.this) {
        if (closed || bytes >= wanted) {
          return;
        }
        held -= share(wanted) - share(bytes);
        wanted = bytes;
      }
      grant();
    }

    @Override
    public void close() {
      synchronized (ByteBudget.this) {
        if (closed) {
          return;
        }
        closed = true;
        held -= share(wanted);
      }
      grant();
    }
  }

  ByteBudget(long capacity) {
    this.capacity = capacity;
  }

  /**
   * Waits for some bytes.
   *
   * @param bytes at least 0
   * @return completes with them, on the thread of whoever gives some back; one that is cancelled
   *     takes none
   */
  CompletableFuture<Grant> acquire(long bytes) {
    Waiter waiter = new Waiter(bytes, new CompletableFuture<>());
    synchronized (this) {
      waiting.add(waiter);
    }
    grant();
    return waiter.answer();
  }

  /** Returns how many bytes are held. */
  synchronized long held() {
    return held;
  }

  /** Returns how many wait. */
  synchronized int waiting() {
    return waiting.size();
  }

  private long share(long bytes) {
    return Math.min(bytes, capacity);
  }

  private void grant() {
    List<Waiter> granted = new ArrayList<>();
    synchronized (this) {
      waiting.removeIf(waiter -> waiter.answer().isDone());
      while (!waiting.isEmpty() && held + share(waiting.element().bytes()) <= capacity) {
        Waiter next = waiting.remove();
        held += share(next.bytes());
        granted.add(next);
      }
    }
    for (Waiter waiter : granted) {
      Grant grant = new Grant(waiter.bytes());
      // Not under the lock: what follows may take and give more.
      if (!waiter.answer().complete(grant)) {
        grant.close();
      }
    }
  }
}
