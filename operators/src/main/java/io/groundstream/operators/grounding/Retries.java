package io.groundstream.operators.grounding;

import io.groundstream.kosmos2.ErrorCode;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** When what failed is tried again, before it becomes a dead letter. */
final class Retries {
  private static final long FIRST_PAUSE_MILLIS = 200;
  private static final int PAUSE_FACTOR = 3;

  private Retries() {}

  /** Returns how long to wait after an attempt, of which the first is 1; half of it is random. */
  static long pauseMillis(int attempt) {
    long pause = FIRST_PAUSE_MILLIS;
    for (int i = 1; i < attempt; i++) {
      pause *= PAUSE_FACTOR;
    }
    return pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
  }

  /** Returns whether to try again: it may help, and neither attempts nor time are used up. */
  static boolean isWorthIt(
      ErrorCode code, int attempt, int mostAttempts, long pauseMillis, @Nullable Instant deadline) {
    return code.retryable()
        && attempt < mostAttempts
        && (deadline == null || Instant.now().plusMillis(pauseMillis).isBefore(deadline));
  }
}
