package io.groundstream.console.view;

/** Ends threads. */
final class Threads {
  private static final long PATIENCE_MILLIS = 5_000;

  private Threads() {}

  /** Waits some seconds for a thread that is to end; an interrupt is kept for the caller. */
  static void join(Thread thread) {
    boolean interrupted = Thread.interrupted();
    try {
      thread.join(PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
