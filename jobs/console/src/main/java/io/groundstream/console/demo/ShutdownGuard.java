package io.groundstream.console.demo;

import io.groundstream.kosmos2.program.ProcessEnd;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a thread finish its work in good order when the process is asked to end, by Ctrl-C or
 * SIGTERM: it interrupts the thread and holds the process up until the guard is closed, though not
 * for ever.
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

  /** Returns whether the process is about to end, which explains what fails now. */
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
        // The process began to end this very moment; the hook finds the work done.
      }
    }
  }

  private void awaitClosed() {
    try {
      boolean ignored = closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      // Nobody waits for this thread to hear of it.
    }
  }
}
