package io.groundstream.console.demo;

import io.groundstream.kosmos2.program.ProcessEnd;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a thread finish its work when the process is to end, by Ctrl-C or SIGTERM: interrupts the
 * thread and delays the end of the process until the guard is closed, for a limited time.
 */
final class ShutdownGuard implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 45;

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean shuttingDown;

  private ShutdownGuard(Thread guarded) {
    hook =
        new Thread(
            () -> {
              shuttingDown = true;
              guarded.interrupt();
              awaitClosed();
            },
            "demo-shutdown");
    ProcessEnd.addHook(hook);
  }

  static ShutdownGuard forThisThread() {
    return new ShutdownGuard(Thread.currentThread());
  }

  /** Returns whether the process is about to end, which explains failures. */
  boolean isShuttingDown() {
    return shuttingDown;
  }

  @Override
  public void close() {
    closed.countDown();
    if (!shuttingDown) {
      try {
        ProcessEnd.removeHook(hook);
      } catch (IllegalStateException e) {
        // The process has just begun to end; the hook finds the work done.
      }
    }
  }

  private void awaitClosed() {
    try {
      boolean ignored = closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      // Nothing waits for this thread.
    }
  }
}
