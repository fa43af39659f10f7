package io.groundstream.operators.output;

import io.groundstream.operators.kafka.KafkaClients;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.kafka.KafkaSettings;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that no other job uses a job's transactional id prefix: two jobs with the same prefix
 * abort each other's transactions repeatedly.
 *
 * <p>The open transactions of a dead job stay unchanged until its successor aborts them; a live job
 * opens a transaction with a new name at every checkpoint that has results. So if transactions are
 * open at first, this class looks for new ones for two checkpoint intervals. An idle job has no
 * open transactions and is not detected.
 */
public final class TransactionOwners {
  private static final Logger LOG = LoggerFactory.getLogger(TransactionOwners.class);

  /** The connector appends the subtask number and the checkpoint number. */
  private static final String SUFFIX = "-\\d+-\\d+";

  private static final int INTERVALS = 2;
  private static final Duration SLACK = Duration.ofSeconds(2);
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(30);

  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private TransactionOwners() {}

  /**
   * Returns once no other job appears to use the prefix: at once if no transaction is open,
   * otherwise after two checkpoint intervals, at most 30 seconds. Returns also if the brokers do
   * not list transactions.
   *
   * @param patience how long another job may continue, because it may just be stopping
   * @param say receives a message about the wait
   * @throws SharedPrefixException if another job continues for longer
   */
  public static void checkAlone(
      KafkaSettings settings, Duration checkpointInterval, Duration patience, Consumer<String> say)
      throws SharedPrefixException, InterruptedException {
    if (settings.deliveryGuarantee() != DeliveryGuarantee.EXACTLY_ONCE) {
      return;
    }
    Admin admin = KafkaClients.of(settings).admin("transactions");
    try {
      look(admin, settings.transactionalIdPrefix(), look(checkpointInterval), patience, say);
    } catch (ExecutionException | TimeoutException e) {
      LOG.info("The open transactions are unknown: {}", e.toString());
    } finally {
      KafkaClients.close(admin);
    }
  }

  private static Duration look(Duration checkpointInterval) {
    Duration look = checkpointInterval.multipliedBy(INTERVALS).plus(SLACK);
    return look.compareTo(LONGEST_LOOK) < 0 ? look : LONGEST_LOOK;
  }

  private static void look(
      Admin admin, String prefix, Duration quiet, Duration patience, Consumer<String> say)
      throws ExecutionException, TimeoutException, InterruptedException, SharedPrefixException {
    Pattern names = Pattern.compile(Pattern.quote(prefix) + SUFFIX);
    Set<String> seen = new HashSet<>(open(admin, names));
    if (seen.isEmpty()) {
      return;
    }
    say.accept(
        "Transactions are open under %s; watching for %d s whether another job opens new ones."
            .formatted(prefix, quiet.toSeconds()));
    long begin = System.nanoTime();
    long lastNew = begin;
    while (System.nanoTime() - lastNew < quiet.toNanos()) {
      if (System.nanoTime() - begin > patience.plus(quiet).toNanos()) {
        throw new SharedPrefixException(
            "%s: %s (expected: a prefix that no other job uses, but another job keeps opening transactions"
                    .formatted(KafkaOptions.TRANSACTIONAL_ID_PREFIX.key(), prefix)
                + " under it; stop that job, or give each job a "
                + KafkaOptions.GROUP_ID.key()
                + " of its own, or a prefix)");
      }
      Thread.sleep(PAUSE.toMillis());
      if (seen.addAll(open(admin, names))) {
        lastNew = System.nanoTime();
      }
    }
  }

  private static Set<String> open(Admin admin, Pattern names)
      throws ExecutionException, TimeoutException, InterruptedException {
    return admin
        .listTransactions(
            new ListTransactionsOptions().filterStates(Set.of(TransactionState.ONGOING)))
        .all()
        .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .stream()
        .map(TransactionListing::transactionalId)
        .filter(names.asMatchPredicate())
        .collect(Collectors.toSet());
  }

  /**
   * Reports that another job uses the same prefix; one of them has to stop or get another prefix.
   */
  public static final class SharedPrefixException extends Exception {
    private static final long serialVersionUID = 1L;

    SharedPrefixException(String message) {
      super(message);
    }
  }
}
