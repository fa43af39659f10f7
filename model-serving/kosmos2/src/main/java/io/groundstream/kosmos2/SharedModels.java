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
 * The loaded models of this process, one per set of options, shared by all users. After its last
 * lease is closed, a model stays loaded for one minute, so that a restarting job finds its weights
 * loaded. Loading a model with other options releases unused models at once, so that they do not
 * compete for the device's memory.
 *
 * <p>Thread-safe. The state is static, so this class must be loaded only once per process: in Flink
 * it belongs in {@code lib/}, not in the job's jar.
 */
public final class SharedModels {
  private static final Logger LOG = LoggerFactory.getLogger(SharedModels.class);
  private static final Duration LINGER = Duration.ofMinutes(1);

  private static final Map<Kosmos2Options, Entry> ENTRIES = new HashMap<>();
  private static final AtomicLong LOADS = new AtomicLong();
  private static @Nullable ScheduledExecutorService reaper;

  private SharedModels() {}

  /** A lease of a shared model. Closing it more than once has no effect. */
  public static final class Lease implements AutoCloseable {
    private final Entry entry;
    private final Kosmos2 model;
    private boolean closed;

    private Lease(Entry entry, Kosmos2 model) {
      this.entry = entry;
      this.model = model;
    }

    /**
     * Returns the model, which must not be closed, and must not be used after this lease is closed.
     */
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
   * Returns how many models were loaded since the process started. A restarted job reuses its
   * loaded model, so this number grows with configured models, not with restarts.
   */
  public static long loads() {
    return LOADS.get();
  }

  /**
   * Returns a lease of the model with the given options, loading it if it is not loaded. While it
   * loads, only callers with the same options wait: other leases can be closed at once, and models
   * on different devices load concurrently.
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
        // The load failed or was interrupted; the caller that loaded reports it. Try again.
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
      // Before the waiting callers wake, so that they do not find this entry again.
      forget(entry);
      entry.loaded.completeExceptionally(e);
      throw e;
    }
  }

  /**
   * Loads on a thread without references to the caller's class loader, because libraries start
   * threads that inherit the context class loader.
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

  /** Waits until an interrupted load has ended, so that its memory is free again. */
  private static void giveUp(FutureTask<Kosmos2> load) {
    while (true) {
      try {
        load.get().close();
        return;
      } catch (InterruptedException e) {
        // The load is interrupted already.
      } catch (ExecutionException e) {
        return;
      }
    }
  }

  /** Returns the entry with the options of {@code fresh}, adding {@code fresh} if there is none. */
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
      LOG.info(
          "Released {} on {}, which is no longer used", entry.options.checkpoint(), model.device());
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
