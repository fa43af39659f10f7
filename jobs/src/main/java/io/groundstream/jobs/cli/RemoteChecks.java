package io.groundstream.jobs.cli;

import io.groundstream.operators.config.KafkaOutput;
import io.groundstream.operators.config.KafkaSettings;
import io.groundstream.operators.config.RegistrySettings;
import io.groundstream.operators.kafka.KafkaNeeds;
import io.groundstream.operators.kafka.KafkaRights;
import io.groundstream.operators.output.TopicLimits;
import io.groundstream.schemas.SchemaRegistry;
import io.groundstream.schemas.SubjectNames;
import io.groundstream.schemas.SubjectReport;
import io.groundstream.schemas.TopicContract;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/** Looks at the brokers, the registry and the index that a job is to talk to; changes nothing. */
final class RemoteChecks {
  private static final long SECONDS = 10;

  private final StartChecks checks;
  private boolean brokersAnswer;

  RemoteChecks(StartChecks checks) {
    this.checks = checks;
  }

  /** Looks at brokers and rights. */
  void kafka(KafkaSettings kafka, KafkaNeeds needs) throws InterruptedException {
    checks.look(
        "rights",
        () -> {
          KafkaRights.check(kafka, needs);
          return "nothing is known to be refused";
        });
    checks.look("kafka.bootstrap-servers", () -> brokers(kafka));
  }

  private String brokers(KafkaSettings kafka) throws Exception {
    Properties properties = kafka.clientProperties();
    properties.setProperty("bootstrap.servers", kafka.bootstrapServers());
    Admin admin = Admin.create(properties);
    try {
      int brokers = admin.describeCluster().nodes().get(SECONDS, TimeUnit.SECONDS).size();
      brokersAnswer = true;
      return brokers + (brokers == 1 ? " broker" : " brokers");
    } catch (TimeoutException e) {
      throw new CommandException(
          "no broker answers at "
              + kafka.bootstrapServers()
              + " (expected: brokers that run there, and the security.protocol that they speak)");
    } finally {
      // Not without a limit: it would wait for brokers that are away.
      admin.close(Duration.ofSeconds(1));
    }
  }

  /** Looks at what the topics take, unless there is no broker to ask. */
  void limits(KafkaOutput output) throws InterruptedException {
    if (!brokersAnswer) {
      return;
    }
    checks.look(
        "kafka.max-record-bytes",
        () -> "records up to %,d bytes".formatted(TopicLimits.maxRecordBytes(output)));
  }

  /** Looks at the subjects of topics. */
  void registry(RegistrySettings settings, Map<TopicContract, String> topics)
      throws InterruptedException {
    for (Map.Entry<TopicContract, String> topic : topics.entrySet()) {
      String subject = SubjectNames.ofValues(topic.getValue());
      checks.look(
          "subject " + subject,
          () -> {
            try (SchemaRegistry registry =
                SchemaRegistry.connect(settings.urls(), settings.properties())) {
              return judge(
                  settings, topic.getKey(), registry.inspect(subject, topic.getKey().schema()));
            }
          });
    }
  }

  private static String judge(
      RegistrySettings settings, TopicContract contract, SubjectReport report) throws IOException {
    boolean registers = settings.autoRegister() && contract != TopicContract.EVENTS;
    boolean enough =
        switch (report.state()) {
          case REGISTERED -> true;
          case COMPATIBLE -> registers || contract == TopicContract.EVENTS;
          // Whoever writes events registers them.
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
