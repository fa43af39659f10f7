package io.groundstream.operators.grounding;

import io.groundstream.operators.concurrent.Backoff;
import io.groundstream.schemas.RegistryUnavailableException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Repeats requests to a registry that gives no answer, with growing pauses, for a limited time. */
public final class RegistryRetry {
  /** A question to the registry. */
  @FunctionalInterface
  public interface Question<T, E extends Exception> {
    T ask() throws E, RegistryUnavailableException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(RegistryRetry.class);
  private static final Backoff BACKOFF =
      Backoff.of(Duration.ofMillis(100), 2, Duration.ofSeconds(5));

  private final Duration timeout;
  private final boolean refusalsAtOnce;

  /** Also repeats requests that the registry refuses, since rights take a while to spread. */
  public RegistryRetry(Duration timeout) {
    this(timeout, false);
  }

  private RegistryRetry(Duration timeout, boolean refusalsAtOnce) {
    this.timeout = timeout;
    this.refusalsAtOnce = refusalsAtOnce;
  }

  /**
   * Returns the retries for the start of a job: a job that has never run does not wait for a
   * registry that refuses it.
   *
   * @param attempt how often the job was started before
   */
  public static RegistryRetry atStart(Duration timeout, int attempt) {
    return new RegistryRetry(timeout, attempt == 0);
  }

  /** Returns a failure for the job: a refusal that lasts ends the job for good. */
  public static Throwable forJob(Throwable failure) {
    return failure instanceof RegistryUnavailableException registry && registry.isRefused()
        ? new SuppressRestartsException(registry)
        : failure;
  }

  /**
   * Returns the registry's answer.
   *
   * @throws RegistryUnavailableException if it gave none in time
   */
  public <T, E extends Exception> T ask(Question<T, E> question)
      throws E, RegistryUnavailableException, InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    for (int attempt = 1; ; attempt++) {
      try {
        return question.ask();
      } catch (RegistryUnavailableException e) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0 || (refusalsAtOnce && e.isRefused())) {
          throw e;
        }
        LOG.warn("{}; retrying for {} ms", e.getMessage(), left);
        TimeUnit.MILLISECONDS.sleep(Math.min(BACKOFF.pauseMillis(attempt), left));
      }
    }
  }
}
