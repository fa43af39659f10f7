package io.groundstream.jobs.cli;

import io.groundstream.operators.index.IndexSettings;
import io.groundstream.operators.index.IndexSetup;
import io.groundstream.operators.kafka.CertainFailures;
import io.groundstream.operators.kafka.EventTopics;
import io.groundstream.operators.kafka.KafkaClients;
import io.groundstream.operators.kafka.KafkaNeeds;
import io.groundstream.operators.kafka.KafkaRights;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.kafka.RegistrySettings;
import io.groundstream.operators.output.KafkaOutput;
import io.groundstream.operators.output.TopicLimits;
import io.groundstream.schemas.SchemaRegistry;
import io.groundstream.schemas.SchemaText;
import io.groundstream.schemas.SubjectReport;
import io.groundstream.schemas.TopicContract;
import io.groundstream.schemas.TopicSchema;
import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Checks the brokers, the registry and the index that a job uses; changes nothing. */
final class RemoteChecks {
  private static final long SECONDS = 10;
  private static final int LONGEST_LIST = 200;
  private static final String BROKERS = "kafka.bootstrap-servers";

  private final StartChecks checks;
  private boolean topicsAreThere;

  RemoteChecks(StartChecks checks) {
    this.checks = checks;
  }

  /** Checks brokers, topics and rights, unless the client cannot be created. */
  void kafka(KafkaSettings kafka, KafkaNeeds needs) throws InterruptedException {
    if (checks.isWrong(LocalChecks.KAFKA_CLIENT)) {
      return;
    }
    Admin admin = KafkaClients.of(kafka).admin("check");
    try {
      checks.look(BROKERS, () -> brokers(admin, kafka, needs));
      // If the brokers do not answer, nothing else does.
      if (!checks.isWrong(BROKERS)) {
        topics(admin, needs);
        checks.look(
            "rights",
            () -> {
              KafkaRights.check(kafka, needs);
              return "nothing is known to be refused";
            });
      }
    } finally {
      KafkaClients.close(admin);
    }
  }

  private static String brokers(Admin admin, KafkaSettings kafka, KafkaNeeds needs)
      throws Exception {
    try {
      int brokers = admin.describeCluster().nodes().get(SECONDS, TimeUnit.SECONDS).size();
      return brokers + (brokers == 1 ? " broker" : " brokers");
    } catch (TimeoutException e) {
      throw new CommandException(
          "no broker answers at "
              + kafka.bootstrapServers()
              + " (expected: running brokers, and the security.protocol that they use)");
    } catch (ExecutionException e) {
      if (CertainFailures.isCertain(e)) {
        // Reports which principal is rejected, and what to check.
        KafkaRights.check(kafka, needs);
      }
      throw e;
    }
  }

  private void topics(Admin admin, KafkaNeeds needs) throws InterruptedException {
    topicsAreThere = true;
    for (String topic : needs.reads()) {
      topic(admin, topic, /* written= */ false);
    }
    for (String topic : needs.writes()) {
      topic(admin, topic, /* written= */ true);
    }
    EventTopics matching = needs.readsMatching();
    if (matching != null && matching.pattern() != null) {
      checks.look("topics that match " + matching.pattern(), () -> matching(admin, matching));
    }
  }

  private static String matching(Admin admin, EventTopics topics) throws Exception {
    List<String> found =
        topics.among(new TreeSet<>(admin.listTopics().names().get(SECONDS, TimeUnit.SECONDS)));
    List<String> matching = found.subList(topics.names().size(), found.size());
    // Not a problem: such topics may be created later.
    return matching.isEmpty()
        ? "none yet"
        : matching.size() + ": " + TextTable.brief(String.join(", ", matching), LONGEST_LIST);
  }

  private void topic(Admin admin, String topic, boolean written) throws InterruptedException {
    String thing = "topic " + topic;
    checks.look(
        thing,
        () -> {
          try {
            int partitions =
                admin
                    .describeTopics(List.of(topic))
                    .allTopicNames()
                    .get(SECONDS, TimeUnit.SECONDS)
                    .values()
                    .iterator()
                    .next()
                    .partitions()
                    .size();
            return partitions + (partitions == 1 ? " partition" : " partitions");
          } catch (ExecutionException e) {
            return withoutDescription(admin, e, written);
          }
        });
    topicsAreThere &= !checks.isWrong(thing);
  }

  private static String withoutDescription(Admin admin, ExecutionException failure, boolean written)
      throws Exception {
    if (failure.getCause() instanceof TopicAuthorizationException) {
      return "not shown to this principal; see rights";
    }
    if (!(failure.getCause() instanceof UnknownTopicOrPartitionException)) {
      throw failure;
    }
    if (written && TopicLimits.brokersCreateTopics(admin)) {
      return "not there; the brokers may create it on the first write";
    }
    throw new CommandException(
        written
            ? "not there (expected: a topic that exists; create it, because these brokers do not)"
            : "not there (expected: a topic that exists; create it, or correct its name)");
  }

  /** Checks the record limits of the topics, if the topics exist. */
  void limits(KafkaOutput output) throws InterruptedException {
    if (topicsAreThere) {
      checks.look(
          "kafka.max-record-bytes",
          () -> "records up to %,d bytes".formatted(TopicLimits.maxRecordBytes(output)));
    }
  }

  /** Checks whether the search index answers, accepts the login, and accepts the documents. */
  void index(IndexSettings settings) throws InterruptedException {
    if (!checks.isWrong(LocalChecks.INDEX_CLIENT)) {
      checks.look("index.url", () -> IndexSetup.look(settings));
    }
  }

  /** Checks the registry's subjects of topics whose records have one of our schemas. */
  void registry(RegistrySettings settings, List<TopicSchema> topics) throws InterruptedException {
    for (TopicSchema topic : topics) {
      SchemaText schema = topic.registered();
      if (schema != null) {
        registry(settings, topic, schema);
      }
    }
  }

  private void registry(RegistrySettings settings, TopicSchema topic, SchemaText schema)
      throws InterruptedException {
    checks.look(
        "subject " + topic.subject(),
        () -> {
          try (SchemaRegistry registry =
              SchemaRegistry.connect(settings.urls(), settings.properties())) {
            return judge(settings, topic.contract(), registry.inspect(topic.subject(), schema));
          }
        });
  }

  private static String judge(
      RegistrySettings settings, TopicContract contract, SubjectReport report) throws IOException {
    boolean registers = settings.autoRegister() && contract != TopicContract.EVENTS;
    boolean enough =
        switch (report.state()) {
          case REGISTERED -> true;
          case COMPATIBLE -> registers || contract == TopicContract.EVENTS;
          // The producers of events register them.
          case MISSING -> registers || contract == TopicContract.EVENTS;
          case DIFFERS -> contract == TopicContract.EVENTS;
        };
    String found = report.state() + (report.detail().isEmpty() ? "" : ": " + report.detail());
    if (!enough) {
      throw new IOException(found + " (expected: see 'groundstream schemas check')");
    }
    return found;
  }
}
