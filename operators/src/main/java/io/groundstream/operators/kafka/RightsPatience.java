package io.groundstream.operators.kafka;

import io.groundstream.operators.concurrent.Backoff;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a part of a running job wait until brokers let it in again: rights take a while to spread,
 * and passwords change at one end before the other. A refusal that lasts longer fails the job for
 * good.
 */
final class RightsPatience implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(RightsPatience.class);
  private static final Backoff BACKOFF =
      Backoff.of(Duration.ofSeconds(1), 2, Duration.ofSeconds(15));

  private final KafkaSettings settings;
  private final KafkaNeeds needs;

  RightsPatience(KafkaSettings settings, KafkaNeeds needs) {
    this.settings = settings;
    this.needs = needs;
  }

  /**
   * Waits until the brokers refuse nothing.
   *
   * @param asker see {@link KafkaRights}
   * @param patience how long to wait
   * @throws SuppressRestartsException if they still refuse something then
   */
  void await(String asker, Duration patience) throws InterruptedException {
    Callable<Boolean> question =
        () -> {
          KafkaRights.check(settings, needs, asker);
          return true;
        };
    try {
      boolean unused = call(question, patience);
    } catch (InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("a check of rights has failed", e);
    }
  }

  /** Returns the answer to a question, which is repeated while brokers refuse it. */
  <T> T call(Callable<T> question, Duration patience) throws Exception {
    long end = System.nanoTime() + patience.toNanos();
    for (int attempt = 1; ; attempt++) {
      try {
        return question.call();
      } catch (Exception e) {
        if (!CertainFailures.isCertain(e)) {
          throw e;
        }
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          throw new SuppressRestartsException(explained(e));
        }
        LOG.warn("{}; retrying for {} ms", CertainFailures.rootCause(e), left);
        TimeUnit.MILLISECONDS.sleep(Math.min(BACKOFF.pauseMillis(attempt), left));
      }
    }
  }

  /** Names the principal, as brokers do not. */
  private Exception explained(Exception failure) throws InterruptedException {
    if (failure instanceof AccessRefusedException) {
      return failure;
    }
    try {
      KafkaRights.check(
          settings,
          new KafkaNeeds(
              needs.reads(), needs.readsMatching(), needs.writes(), needs.group(), null));
    } catch (AccessRefusedException e) {
      return e;
    }
    return new AccessRefusedException(
        List.of(
            "Kafka at "
                + settings.bootstrapServers()
                + " refuses principal "
                + KafkaClients.of(settings).principal()
                + ": "
                + CertainFailures.rootCause(failure)));
  }
}
