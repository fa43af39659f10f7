package io.groundstream.operators.fetch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A number of bytes that many users share. A request for bytes waits its turn, without a thread. A
 * request for more bytes than the budget has gets all of them, once all others are returned. So
 * each request is granted in the end, provided that no user waits for more bytes while it holds
 * some. Thread-safe.
 */
final class ByteBudget {
  private final long capacity;
  private final Deque<Waiter> waiting = new ArrayDeque<>();
  private long held;

  private record Waiter(long bytes, CompletableFuture<Grant> answer) {}

  /** Some of the bytes. Closing it returns them; idempotent. */
  final class Grant implements AutoCloseable {
    private long wanted;
    private boolean closed;

    private Grant(long wanted) {
      this.wanted = wanted;
    }

    /** Returns the granted number of bytes, which may exceed the budget. */
    long bytes() {
      synchronized (ByteBudget.this) {
        return wanted;
      }
    }

    /** Takes more bytes, if some are free and no request waits for them. */
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

    /** Returns the bytes beyond a number. */
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
   * @return completes with them, on the thread that returns others; a cancelled request takes none
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

  /** Returns how many requests wait. */
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
      // Not under the lock: dependents may acquire and return bytes.
      if (!waiter.answer().complete(grant)) {
        grant.close();
      }
    }
  }
}
