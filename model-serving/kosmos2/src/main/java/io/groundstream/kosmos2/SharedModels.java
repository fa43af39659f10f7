package io.groundstream.kosmos2;

import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.engine.ModelThreads;
import io.groundstream.kosmos2.program.DeviceException;
import io.groundstream.kosmos2.program.LoadProgress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loaded models of this process: one for each set of options, however many users it has. A
 * model whose last user has left stays loaded for a while, so that a job which restarts finds its
 * weights where they were; a model with other options replaces it at once, so that two never
 * compete for one device's memory without need.
 *
 * <p>Thread-safe. State of the process, so this class must be loaded once in it: in Flink it
 * belongs into {@code lib/}, not into the job's jar.
 */
public final class SharedModels {
  private static final Logger LOG = LoggerFactory.getLogger(SharedModels.class);
  private static final Duration LINGER = Duration.ofMinutes(1);

  private static final Map<Kosmos2Options, Entry> ENTRIES = new HashMap<>();
  private static final AtomicLong LOADS = new AtomicLong();
  private static @Nullable ScheduledExecutorService reaper;

  private SharedModels() {}

  /** A use of a shared model. Closing it more than once has no effect. */
  public static final class Lease implements AutoCloseable {
    private final Entry entry;
    private final Kosmos2 model;
    private boolean closed;

    private Lease(Entry entry, Kosmos2 model) {
      this.entry = entry;
      this.model = model;
    }

    /** Returns the model; it must not be closed, nor used after this lease. */
    public Kosmos2 model() {
      return model;
    }

    @Override
    public void close() {
      release(this);
    }
  }

  private static final class Entry {
    private final Kosmos2Options options;
    private final CompletableFuture<Kosmos2> loaded = new CompletableFuture<>();
    private int users;
    private @Nullable ScheduledFuture<?> eviction;

    Entry(Kosmos2Options options) {
      this.options = options;
    }

    boolean hasEnded() {
      return loaded.isDone() && !loaded.join().isRunning();
    }
  }

  /**
   * Returns how many models were loaded since the process started. A job that starts again finds
   * its model loaded, so this grows with the models that are configured and not with starts.
   */
  public static long loads() {
    return LOADS.get();
  }

  /**
   * Returns a use of the model with the given options, loading it if nobody has. Callers that ask
   * for the same meanwhile wait, and nobody else: a task that is cancelled can give its model back
   * at once, and models of different devices are loaded at the same time.
   *
   * @throws CheckpointException if the checkpoint cannot be loaded
   * @throws DeviceException if the device cannot be used
   */
  public static Lease acquire(Kosmos2Options options, LoadProgress progress)
      throws CheckpointException, DeviceException, InterruptedException {
    while (true) {
      Entry fresh = new Entry(options);
      Entry entry = enter(fresh);
      if (entry == fresh) {
        return load(entry, progress);
      }
      try {
        return new Lease(entry, entry.loaded.get());
      } catch (InterruptedException e) {
        leave(entry);
        throw e;
      } catch (ExecutionException e) {
        // Whoever was loading failed or was interrupted; what it says is for itself to tell.
      }
    }
  }

  private static Lease load(Entry entry, LoadProgress progress)
      throws CheckpointException, DeviceException, InterruptedException {
    try {
      Kosmos2 model = loadApart(entry.options, progress);
      LOADS.incrementAndGet();
      entry.loaded.complete(model);
      return new Lease(entry, model);
    } catch (Throwable e) {
      // Before those who wait are told, so that they do not find it again.
      forget(entry);
      entry.loaded.completeExceptionally(e);
      throw e;
    }
  }

  /**
   * Loads on a thread that keeps nothing of the caller's alive, because libraries on the way start
   * threads of their own, which inherit its context class loader.
   */
  private static Kosmos2 loadApart(Kosmos2Options options, LoadProgress progress)
      throws CheckpointException, DeviceException, InterruptedException {
    FutureTask<Kosmos2> load = new FutureTask<>(() -> Kosmos2.load(options, progress));
    Thread thread = ModelThreads.create(load, "shared-models-loader");
    thread.start();
    try {
      return load.get();
    } catch (InterruptedException e) {
      thread.interrupt();
      giveUp(load);
      throw e;
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof CheckpointException checkpoint) {
        throw checkpoint;
      }
      if (cause instanceof DeviceException device) {
        throw device;
      }
      if (cause instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(cause);
    }
  }

  /** Waits until a load that was interrupted has ended, so that its memory is free again. */
  private static void giveUp(FutureTask<Kosmos2> load) {
    while (true) {
      try {
        load.get().close();
        return;
      } catch (InterruptedException e) {
        // It has been told already.
      } catch (ExecutionException e) {
        return;
      }
    }
  }

  /** Returns the entry with the options of {@code fresh}, which that becomes if there is none. */
  private static synchronized Entry enter(Entry fresh) {
    Entry entry = ENTRIES.get(fresh.options);
    if (entry != null && entry.hasEnded()) {
      ENTRIES.remove(fresh.options);
      entry.loaded.join().close();
      entry = null;
    }
    if (entry == null) {
      evictIdle();
      entry = fresh;
      ENTRIES.put(fresh.options, fresh);
    }
    if (entry.eviction != null) {
      entry.eviction.cancel(false);
      entry.eviction = null;
    }
    entry.users++;
    return entry;
  }

  private static synchronized void forget(Entry entry) {
    ENTRIES.remove(entry.options, entry);
  }

  private static synchronized void release(Lease lease) {
    if (!lease.closed) {
      lease.closed = true;
      leave(lease.entry);
    }
  }

  private static synchronized void leave(Entry entry) {
    entry.users--;
    if (entry.users == 0 && ENTRIES.get(entry.options) == entry) {
      entry.eviction =
          reaper().schedule(() -> evict(entry), LINGER.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private static synchronized void evict(Entry entry) {
    if (entry.users == 0 && ENTRIES.remove(entry.options, entry)) {
      Kosmos2 model = entry.loaded.join();
      model.close();
      LOG.info("Released {} on {}, which nobody uses", entry.options.checkpoint(), model.device());
    }
  }

  private static void evictIdle() {
    ENTRIES.values().stream()
        .filter(entry -> entry.users == 0)
        .toList()
        .forEach(SharedModels::evict);
  }

  private static ScheduledExecutorService reaper() {
    if (reaper == null) {
      reaper =
          Executors.newSingleThreadScheduledExecutor(
              task -> ModelThreads.create(task, "shared-models-reaper"));
    }
    return reaper;
  }
}
