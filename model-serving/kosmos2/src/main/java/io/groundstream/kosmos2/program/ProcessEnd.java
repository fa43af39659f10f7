package io.groundstream.kosmos2.program;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps native computations and the end of the process apart. When a process exits, the natives
 * free what a computation on another thread may still use, and the process would crash in its last
 * moment. So when the JVM shuts down, this waits for the computations under way and lets no other
 * begin; a thread that tries waits for the end.
 *
 * <p>Whoever still needs the model while the JVM shuts down, to bring its work to a good end,
 * registers its hook here, and not with {@link Runtime}: computations are possible until all these
 * hooks have run. Thread-safe.
 */
public final class ProcessEnd {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessEnd.class);

  /** How long one computation may take: a large batch on a slow CPU. */
  private static final long PATIENCE_SECONDS = 30;

  /** Read-locked by computations, write-locked for ever by the end. */
  private static final ReadWriteLock COMPUTING = new ReentrantReadWriteLock();

  private static final Set<Thread> HOOKS = new LinkedHashSet<>();
  private static boolean ending;

  static {
    Thread end = new Thread(ProcessEnd::end, "process-end");
    // Not that of whoever came here first, which may be a job's.
    end.setContextClassLoader(ProcessEnd.class.getClassLoader());
    Runtime.getRuntime().addShutdownHook(end);
  }

  private ProcessEnd() {}

  /**
   * Registers what is to run when the JVM shuts down, at the same time as the other hooks.
   *
   * @throws IllegalStateException if it shuts down already
   */
  public static void addHook(Thread hook) {
    synchronized (HOOKS) {
      checkNotEnding();
      HOOKS.add(hook);
    }
  }

  /**
   * Takes back what was registered.
   *
   * @throws IllegalStateException if the JVM shuts down already, and the hook runs
   */
  public static void removeHook(Thread hook) {
    synchronized (HOOKS) {
      checkNotEnding();
      HOOKS.remove(hook);
    }
  }

  private static void checkNotEnding() {
    if (ending) {
      throw new IllegalStateException("The process is about to end");
    }
  }

  /** Runs a computation, unless the process ends: then this does not return. */
  static <T> T compute(Supplier<T> computation) {
    Lock lock = COMPUTING.readLock();
    lock.lock();
    try {
      return computation.get();
    } finally {
      lock.unlock();
    }
  }

  private static void end() {
    List<Thread> hooks;
    synchronized (HOOKS) {
      ending = true;
      hooks = new ArrayList<>(HOOKS);
    }
    try {
      hooks.forEach(Thread::start);
      for (Thread hook : hooks) {
        hook.join();
      }
      // Never given back.
      if (!COMPUTING.writeLock().tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("A computation has not ended for {} s; the process ends now", PATIENCE_SECONDS);
      }
    } catch (InterruptedException e) {
      // Nobody waits for this thread to hear of it.
    }
  }
}
