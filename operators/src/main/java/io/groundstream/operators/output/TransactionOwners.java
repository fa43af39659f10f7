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
 * Whether somebody else is at work under a job's prefix of transactions: two jobs that share one
 * abort each other's, again and again.
 *
 * <p>What a dead job left open stays as it is until its successor aborts it; a live job opens
 * another transaction, under another name, with every checkpoint that has results. So where
 * transactions are open at first, this looks for new ones for two checkpoint intervals. A job
 * without anything to do has no open transactions and is not found.
 */
public final class TransactionOwners {
  private static final Logger LOG = LoggerFactory.getLogger(TransactionOwners.class);

  /** The connector appends the number of the subtask and that of the checkpoint. */
  private static final String SUFFIX = "-\\d+-\\d+";

  private static final int INTERVALS = 2;
  private static final Duration SLACK = Duration.ofSeconds(2);
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(30);

  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private TransactionOwners() {}

  /**
   * Returns when nobody else is at work under the prefix, as far as the brokers tell: at once where
   * no transaction is open, else after two checkpoint intervals, 30 seconds at most.
   *
   * @param patience for how long somebody else may go on, who is just being stopped perhaps
   * @param say is told what is waited for
   * @throws SharedPrefixException if somebody goes on for longer
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
      LOG.info("The brokers do not tell which transactions are open: {}", e.toString());
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
        "Transactions are open under %s; looking for %d s whether another job makes them."
            .formatted(prefix, quiet.toSeconds()));
    long begin = System.nanoTime();
    long lastNew = begin;
    while (System.nanoTime() - lastNew < quiet.toNanos()) {
      if (System.nanoTime() - begin > patience.plus(quiet).toNanos()) {
        throw new SharedPrefixException(
            "%s: %s (expected: one that no other job uses, but somebody goes on making transactions"
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

  /** Another job uses the same prefix; somebody has to choose. */
  public static final class SharedPrefixException extends Exception {
    private static final long serialVersionUID = 1L;

    SharedPrefixException(String message) {
      super(message);
    }
  }
}
