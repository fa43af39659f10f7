package io.groundstream.operators.grounding;

import io.groundstream.schemas.RegistryUnavailableException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a registry that gives no answer again, after longer and longer pauses, for some time. */
public final class RegistryRetry {
  /** A question to the registry. */
  @FunctionalInterface
  public interface Question<T, E extends Exception> {
    T ask() throws E, RegistryUnavailableException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(RegistryRetry.class);
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 5000;

  private final Duration timeout;

  /** Asks for so long. */
  public RegistryRetry(Duration timeout) {
    this.timeout = timeout;
  }

  /**
   * Returns the registry's answer.
   *
   * @throws RegistryUnavailableException if it gave none all the time
   */
  public <T, E extends Exception> T ask(Question<T, E> question)
      throws E, RegistryUnavailableException, InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    long pause = FIRST_PAUSE_MILLIS;
    while (true) {
      try {
        return question.ask();
      } catch (RegistryUnavailableException e) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          throw e;
        }
        LOG.warn("{}; asking again for {} ms", e.getMessage(), left);
        TimeUnit.MILLISECONDS.sleep(Math.min(pause, left));
        pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
      }
    }
  }
}
