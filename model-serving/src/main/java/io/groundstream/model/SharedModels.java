package io.groundstream.model;

import io.groundstream.model.checkpoint.CheckpointException;
import io.groundstream.model.program.DeviceException;
import io.groundstream.model.program.LoadProgress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

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
  private static final Duration LINGER = Duration.ofMinutes(1);

  private static final Map<Kosmos2Options, Entry> ENTRIES = new HashMap<>();
  private static @Nullable ScheduledExecutorService reaper;

  private SharedModels() {}

  /** A use of a shared model. Closing it more than once has no effect. */
  public static final class Lease implements AutoCloseable {
    private final Entry entry;
    private boolean closed;

    private Lease(Entry entry) {
      this.entry = entry;
    }

    /** Returns the model; it must not be closed, nor used after this lease. */
    public Kosmos2 model() {
      return entry.model;
    }

    @Override
    public void close() {
      release(this);
    }
  }

  private static final class Entry {
    private final Kosmos2Options options;
    private final Kosmos2 model;
    private int users;
    private @Nullable ScheduledFuture<?> eviction;

    Entry(Kosmos2Options options, Kosmos2 model) {
      this.options = options;
      this.model = model;
    }
  }

  /**
   * Returns a use of the model with the given options, loading it if nobody has. Callers that ask
   * meanwhile wait.
   *
   * @throws CheckpointException if the checkpoint cannot be loaded
   * @throws DeviceException if the device cannot be used
   */
  public static synchronized Lease acquire(Kosmos2Options options, LoadProgress progress)
      throws CheckpointException, DeviceException, InterruptedException {
    Entry entry = ENTRIES.get(options);
    if (entry != null && !entry.model.isRunning()) {
      ENTRIES.remove(options);
      entry.model.close();
      entry = null;
    }
    if (entry == null) {
      evictIdle();
      entry = new Entry(options, Kosmos2.load(options, progress));
      ENTRIES.put(options, entry);
    }
    if (entry.eviction != null) {
      entry.eviction.cancel(false);
      entry.eviction = null;
    }
    entry.users++;
    return new Lease(entry);
  }

  private static synchronized void release(Lease lease) {
    if (lease.closed) {
      return;
    }
    lease.closed = true;
    Entry entry = lease.entry;
    entry.users--;
    if (entry.users == 0 && ENTRIES.get(entry.options) == entry) {
      entry.eviction =
          reaper().schedule(() -> evict(entry), LINGER.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private static synchronized void evict(Entry entry) {
    if (entry.users == 0 && ENTRIES.remove(entry.options, entry)) {
      entry.model.close();
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
              task -> {
                Thread thread = new Thread(task, "shared-models-reaper");
                thread.setContextClassLoader(SharedModels.class.getClassLoader());
                thread.setDaemon(true);
                return thread;
              });
    }
    return reaper;
  }
}
