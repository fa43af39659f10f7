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
 * Prevents native computations during the end of the process. When a process exits, the natives
 * free memory that a computation on another thread may still use, which would crash the process. So
 * when the JVM shuts down, this class waits for running computations and starts no others; a thread
 * that tries to start one blocks until the process ends.
 *
 * <p>Code that needs the model during shutdown, to finish its work, must register its hook here
 * instead of with {@link Runtime}: computations are possible until all these hooks have run.
 * Thread-safe.
 */
public final class ProcessEnd {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessEnd.class);

  /** The maximum wait for a running computation: a large batch on a slow CPU. */
  private static final long PATIENCE_SECONDS = 30;

  /** Read-locked by computations, and write-locked at the end, never to be unlocked. */
  private static final ReadWriteLock COMPUTING = new ReentrantReadWriteLock();

  private static final Set<Thread> HOOKS = new LinkedHashSet<>();
  private static boolean ending;

  static {
    Thread end = new Thread(ProcessEnd::end, "process-end");
    // Not the context class loader of the first caller, which may be a job's.
    end.setContextClassLoader(ProcessEnd.class.getClassLoader());
    Runtime.getRuntime().addShutdownHook(end);
  }

  private ProcessEnd() {}

  /**
   * Registers a hook to run when the JVM shuts down, concurrently with the other hooks.
   *
   * @throws IllegalStateException if the JVM is shutting down
   */
  public static void addHook(Thread hook) {
    synchronized (HOOKS) {
      checkNotEnding();
      HOOKS.add(hook);
    }
  }

  /**
   * Removes a registered hook.
   *
   * @throws IllegalStateException if the JVM is shutting down, so that the hook runs
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

  /** Runs a computation. Never returns if the process is ending. */
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
      // Never unlocked.
      if (!COMPUTING.writeLock().tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("A computation has not ended for {} s; the process ends now", PATIENCE_SECONDS);
      }
    } catch (InterruptedException e) {
      // Shutdown continues without the wait.
    }
  }
}
