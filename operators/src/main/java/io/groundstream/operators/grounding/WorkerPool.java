package io.groundstream.operators.grounding;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that all subtasks of a process share: some that decode, fetch and prepare, and one
 * that turns finished answers into records. They are apart because the former may wait for room in
 * the model's queue, and must then not hold up what is finished.
 *
 * <p>What waits for a thread is bounded by the capacity of the operators. The threads end when the
 * last user closes. Thread-safe.
 */
final class WorkerPool implements AutoCloseable {
  private static final Map<Integer, WorkerPool> POOLS = new HashMap<>();

  private final int threads;
  private final ExecutorService preparation;
  private final ExecutorService completion;
  private int users;

  private WorkerPool(int threads) {
    this.threads = threads;
    this.preparation = Executors.newFixedThreadPool(threads, named("grounding-preparation-"));
    this.completion = Executors.newSingleThreadExecutor(named("grounding-completion-"));
  }

  /** Returns the process's pool with so many preparation threads. */
  static WorkerPool acquire(int threads) {
    synchronized (POOLS) {
      WorkerPool pool = POOLS.computeIfAbsent(threads, WorkerPool::new);
      pool.users++;
      return pool;
    }
  }

  Executor preparation() {
    return preparation;
  }

  Executor completion() {
    return completion;
  }

  /** Gives one use back. */
  @Override
  public void close() {
    synchronized (POOLS) {
      users--;
      if (users == 0) {
        POOLS.remove(threads);
        preparation.shutdownNow();
        completion.shutdownNow();
      }
    }
  }

  private static ThreadFactory named(String prefix) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, prefix + count.incrementAndGet());
      thread.setDaemon(true);
      thread.setContextClassLoader(WorkerPool.class.getClassLoader());
      return thread;
    };
  }
}
