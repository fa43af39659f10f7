package io.groundstream.operators.grounding;

import io.groundstream.kosmos2.ErrorCode;
import io.groundstream.operators.concurrent.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Decides whether and when a failed step is tried again. Thread-safe. */
final class Retries {
  private static final Backoff BACKOFF =
      Backoff.of(Duration.ofMillis(200), 3, Duration.ofMinutes(5));

  private final Executor executor;
  private final Backoff backoff;

  /** A pause; drawn once, so that the pause that is checked against a deadline is the one slept. */
  record Pause(long millis) {}

  /**
   * @param executor runs tasks after their pauses
   */
  Retries(Executor executor) {
    this(executor, BACKOFF);
  }

  /**
   * @param random returns a number from zero to below its argument
   */
  Retries(Executor executor, LongUnaryOperator random) {
    this(executor, BACKOFF.drawnBy(random));
  }

  private Retries(Executor executor, Backoff backoff) {
    this.executor = executor;
    this.backoff = backoff;
  }

  /**
   * Draws the pause after an attempt; half of it is random.
   *
   * @param attempt the first is 1
   * @param deadline when the result is no longer wanted; null for never
   * @return null if another attempt is useless, or attempts or time are used up
   */
  @Nullable Pause pauseAfter(
      ErrorCode code, int attempt, int mostAttempts, @Nullable Instant deadline) {
    if (!code.retryable() || attempt >= mostAttempts) {
      return null;
    }
    Pause pause = new Pause(backoff.pauseMillis(attempt));
    return deadline == null || Instant.now().plusMillis(pause.millis()).isBefore(deadline)
        ? pause
        : null;
  }

  /** Returns an executor that runs tasks after a pause. */
  Executor after(Pause pause) {
    return CompletableFuture.delayedExecutor(pause.millis(), TimeUnit.MILLISECONDS, executor);
  }
}
