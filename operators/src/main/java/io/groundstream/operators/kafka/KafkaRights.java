package io.groundstream.operators.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether a job has the rights that it needs, before it uses them. The check needs no
 * rights beyond those of the job, and writes nothing. Brokers that are away, or give no answer, do
 * not count as a refusal.
 */
public final class KafkaRights {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaRights.class);
  private static final String PURPOSE = "check";
  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  /** A partition that no topic has: a request to commit there commits nothing. */
  private static final int NO_PARTITION = Integer.MAX_VALUE;

  private final KafkaClients clients;
  private final KafkaNeeds needs;
  private final String suffix;
  private final String principal;
  private final Set<String> reads;
  private final Set<String> problems = new LinkedHashSet<>();
  private final long end = System.nanoTime() + TIMEOUT.toNanos();

  private KafkaRights(KafkaClients clients, KafkaNeeds needs, String suffix) {
    this.clients = clients;
    this.needs = needs;
    this.suffix = suffix;
    this.reads = new LinkedHashSet<>(needs.reads());
    this.principal = clients.principal();
  }

  /**
   * Returns unless brokers are known to refuse something.
   *
   * @throws AccessRefusedException with everything that is refused
   */
  public static void check(KafkaSettings settings, KafkaNeeds needs)
      throws AccessRefusedException, InterruptedException {
    check(settings, needs, "start");
  }

  /**
   * Like {@link #check(KafkaSettings, KafkaNeeds)}.
   *
   * @param asker the name of the check; checks that run at the same time need different names
   */
  static void check(KafkaSettings settings, KafkaNeeds needs, String asker)
      throws AccessRefusedException, InterruptedException {
    check(KafkaClients.of(settings), needs, asker);
  }

  /** Like {@link #check(KafkaSettings, KafkaNeeds)}, for the clients of a command. */
  public static void check(KafkaClients clients, KafkaNeeds needs)
      throws AccessRefusedException, InterruptedException {
    check(clients, needs, "start");
  }

  private static void check(KafkaClients clients, KafkaNeeds needs, String asker)
      throws AccessRefusedException, InterruptedException {
    KafkaRights rights = new KafkaRights(clients, needs, "-check-" + asker);
    rights.ask();
    if (!rights.problems.isEmpty()) {
      throw new AccessRefusedException(List.copyOf(rights.problems));
    }
  }

  /**
   * Checks the clients' settings on this machine, without a connection.
   *
   * @throws AccessRefusedException if no client can be made of them
   */
  public static void checkClient(KafkaSettings settings) throws AccessRefusedException {
    KafkaClients.close(KafkaClients.of(settings).checkedAdmin(PURPOSE));
  }

  private void ask() throws InterruptedException {
    Admin admin;
    try {
      admin = clients.checkedAdmin(PURPOSE);
    } catch (AccessRefusedException e) {
      problems.addAll(e.problems());
      return;
    }
    try {
      if (askForTopics(admin)) {
        askForGroup(admin);
        askForTransactions();
      }
    } finally {
      KafkaClients.close(admin);
    }
  }

  /** Returns whether further requests are worth it. */
  private boolean askForTopics(Admin admin) throws InterruptedException {
    if (!addMatching(admin)) {
      return false;
    }
    Set<String> topics = new LinkedHashSet<>(reads);
    topics.addAll(needs.writes());
    Map<String, KafkaFuture<TopicDescription>> answers =
        admin
            .describeTopics(topics, new DescribeTopicsOptions().includeAuthorizedOperations(true))
            .topicNameValues();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> answer : answers.entrySet()) {
      String topic = answer.getKey();
      try {
        Set<AclOperation> allowed = await(answer.getValue()).authorizedOperations();
        for (AclOperation operation : operations(topic)) {
          if (allowed != null && !allows(allowed, operation)) {
            refuseTopic(topic, operation);
          }
        }
      } catch (ExecutionException | TimeoutException e) {
        if (e.getCause() instanceof TopicAuthorizationException) {
          operations(topic).forEach(operation -> refuseTopic(topic, operation));
        } else if (!goesOn(e)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Adds the topics that a pattern matches; returns whether further requests are worth it. */
  private boolean addMatching(Admin admin) throws InterruptedException {
    EventTopics matching = needs.readsMatching();
    if (matching == null || matching.pattern() == null) {
      return true;
    }
    try {
      reads.addAll(matching.among(await(admin.listTopics().names())));
      return true;
    } catch (ExecutionException | TimeoutException e) {
      return goesOn(e);
    }
  }

  private List<AclOperation> operations(String topic) {
    List<AclOperation> operations = new ArrayList<>();
    if (reads.contains(topic)) {
      operations.add(AclOperation.READ);
    }
    if (needs.writes().contains(topic)) {
      operations.add(AclOperation.WRITE);
    }
    return operations;
  }

  private void askForGroup(Admin admin) throws InterruptedException {
    String group = needs.group();
    if (group == null) {
      return;
    }
    try {
      ConsumerGroupDescription description =
          await(
              admin
                  .describeConsumerGroups(
                      List.of(group),
                      new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
                  .describedGroups()
                  .get(group));
      Set<AclOperation> allowed = description.authorizedOperations();
      if (allowed != null && !allows(allowed, AclOperation.READ)) {
        refuseGroup(group);
      }
    } catch (ExecutionException | TimeoutException e) {
      if (e.getCause() instanceof GroupAuthorizationException) {
        refuseGroup(group);
      } else if (e.getCause() instanceof GroupIdNotFoundException) {
        askToCommitNothing(admin, group);
      } else {
        boolean unused = goesOn(e);
      }
    }
  }

  /** Checks a group that does not exist yet, and so has no description with its rights. */
  private void askToCommitNothing(Admin admin, String group) throws InterruptedException {
    if (reads.isEmpty()) {
      return;
    }
    TopicPartition nowhere = new TopicPartition(reads.iterator().next(), NO_PARTITION);
    try {
      await(
          admin
              .alterConsumerGroupOffsets(group, Map.of(nowhere, new OffsetAndMetadata(0)))
              .partitionResult(nowhere));
    } catch (ExecutionException | TimeoutException e) {
      if (e.getCause() instanceof GroupAuthorizationException) {
        refuseGroup(group);
      }
      // Any other failure is expected of such a partition.
    }
  }

  /**
   * Asks for a name with the prefix, as every transaction begins, since no other request tells
   * whether the name may be written. The name has no transaction, and is the same at every start.
   */
  private void askForTransactions() throws InterruptedException {
    String prefix = needs.transactionalIdPrefix();
    if (prefix == null) {
      return;
    }
    Map<String, String> fixed =
        Map.of(
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            prefix + suffix,
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            Long.toString(millisLeft()));
    try (KafkaProducer<byte[], byte[]> producer = clients.producer(PURPOSE, fixed)) {
      producer.initTransactions();
      producer.close(CLOSE_TIMEOUT);
    } catch (TransactionalIdAuthorizationException e) {
      problems.add(
          refusal(
              "WRITE",
              "the transactional ids that start with " + prefix,
              "Write",
              "--transactional-id " + prefix + " --resource-pattern-type prefixed"));
    } catch (org.apache.kafka.common.errors.InterruptException e) {
      Thread.interrupted();
      throw new InterruptedException("interrupted while asking for transactions");
    } catch (KafkaException e) {
      boolean unused = goesOn(e);
    }
  }

  private void refuseTopic(String topic, AclOperation operation) {
    String name = operation == AclOperation.READ ? "Read" : "Write";
    problems.add(refusal(operation.name(), "topic " + topic, name, "--topic " + topic));
  }

  private void refuseGroup(String group) {
    problems.add(refusal("READ", "group " + group, "Read", "--group " + group));
  }

  private String refusal(String operation, String resource, String grant, String option) {
    return "principal "
        + principal
        + " may not "
        + operation
        + " "
        + resource
        + " at "
        + clients.servers()
        + " (expected: a right to; grant it: kafka-acls --add --allow-principal "
        + (principal.startsWith("User:") ? principal : "User:…")
        + " --operation "
        + grant
        + " "
        + option
        + ")";
  }

  /** Returns whether a failure may be temporary; notes the problem if not. */
  private boolean goesOn(Exception failure) {
    Throwable certain = CertainFailures.find(failure);
    if (certain == null) {
      LOG.info("The brokers do not say what this client may do: {}", failure.toString());
      // Each further request would wait for the same broker.
      return !(failure instanceof TimeoutException);
    }
    String root = CertainFailures.rootCause(certain);
    if (certain instanceof AuthorizationException) {
      problems.add("principal " + principal + ": " + root);
    } else if (CertainFailures.isDistrust(certain)) {
      problems.add(
          "Kafka at "
              + clients.servers()
              + " cannot be spoken to over TLS (expected: brokers that speak it there, with"
              + " certificates for the host names that clients connect to, of an authority that"
              + " this JVM knows, or that is in ssl.truststore.location; and a certificate in"
              + " ssl.keystore.location where they ask for one): "
              + root);
    } else {
      problems.add(
          "Kafka at "
              + clients.servers()
              + " does not let principal "
              + principal
              + " in (expected: user, password and mechanism that the brokers know; see"
              + " sasl.jaas.config and sasl.mechanism): "
              + root);
    }
    return false;
  }

  private static boolean allows(Set<AclOperation> allowed, AclOperation operation) {
    return allowed.contains(operation) || allowed.contains(AclOperation.ALL);
  }

  private <T> T await(@Nullable KafkaFuture<T> answer)
      throws ExecutionException, TimeoutException, InterruptedException {
    if (answer == null) {
      throw new TimeoutException("no answer");
    }
    return answer.get(millisLeft(), TimeUnit.MILLISECONDS);
  }

  private long millisLeft() {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
  }
}
