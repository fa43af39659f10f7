package io.groundstream.operators.grounding;

import io.groundstream.operators.output.ModelIdentity;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What all subtasks of a job share in a process: the pictures that were prepared lately, the room
 * for decoding more, and threads: some that decode, fetch and prepare, and one that turns finished
 * answers into records. They are apart because the former may wait for room in the model's queue,
 * and must then not hold up what is finished.
 *
 * <p>What waits for a thread is bounded by the capacity of the operators. The threads end when the
 * last user closes. Thread-safe.
 */
final class WorkerPool implements AutoCloseable {
  private static final Map<Sharing, WorkerPool> POOLS = new HashMap<>();

  /** What those have in common who share a pool: how pictures are prepared, and what for. */
  private record Sharing(
      int threads, ModelSettings model, ModelIdentity identity, GroundingSettings settings) {}

  private final Sharing sharing;
  private final PictureCache pictures;
  private final DecodingRoom decoding;
  private final ExecutorService preparation;
  private final ExecutorService completion;
  private int users;

  private WorkerPool(Sharing sharing) {
    this.sharing = sharing;
    GroundingSettings settings = sharing.settings();
    this.pictures =
        new PictureCache(settings.reuseWindow(), settings.reuseMemory(), System::nanoTime);
    this.decoding =
        new DecodingRoom(
            settings.decodingMemory(),
            sharing.threads(),
            sharing.model().maxImagePixels(),
            settings.modelAttempts());
    this.preparation =
        Executors.newFixedThreadPool(sharing.threads(), named("grounding-preparation-"));
    this.completion = Executors.newSingleThreadExecutor(named("grounding-completion-"));
  }

  /**
   * Returns the job's pool in this process.
   *
   * @param threads how many preparation threads
   */
  static WorkerPool acquire(
      int threads, ModelSettings model, ModelIdentity identity, GroundingSettings settings) {
    synchronized (POOLS) {
      Sharing sharing = new Sharing(threads, model, identity, settings);
      WorkerPool pool = POOLS.computeIfAbsent(sharing, WorkerPool::new);
      pool.users++;
      return pool;
    }
  }

  PictureCache pictures() {
    return pictures;
  }

  DecodingRoom decoding() {
    return decoding;
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
        POOLS.remove(sharing);
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
