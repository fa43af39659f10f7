package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.console.cli.Console;
import io.groundstream.console.embedded.LocalFlink;
import io.groundstream.console.embedded.LocalKafka;
import io.groundstream.jobs.cli.LocalPorts;
import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.jobs.enrich.EnrichmentJob;
import io.groundstream.operators.kafka.AccessRefusedException;
import io.groundstream.operators.kafka.KafkaNeeds;
import io.groundstream.operators.kafka.KafkaRights;
import io.groundstream.operators.kafka.KafkaSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests jobs at a broker with authentication and authorisation. */
@Timeout(180)
final class BrokerAccessITCase {
  private static final Path CHECKPOINT = Path.of("..", "model-serving", "demo-checkpoint");
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String USER = "worker";
  private static final String PASSWORD = "right-one";
  private static final String SCRAM_USER = "scrambled";

  @TempDir static Path directory;

  private static LocalKafka kafka;
  private static TestRegistry registry;
  private static String servers;
  private static int encryptedPort;
  private static ServerCertificate certificate;
  private static Admin admin;
  private static JobTopics topics;

  @BeforeAll
  static void start() throws Exception {
    int port = LocalPorts.choose("sasl", 0);
    servers = LocalPorts.HOST + ":" + port;
    String modules = "org.apache.kafka.common.security.";
    Map<String, String> settings = new HashMap<>();
    encryptedPort = LocalPorts.choose("ssl", 0);
    certificate = ServerCertificate.create(directory);
    String listeners =
        "SASL_PLAINTEXT://" + servers + ",SSL://" + LocalPorts.HOST + ":" + encryptedPort;
    settings.put("listeners", listeners);
    settings.put("advertised.listeners", listeners);
    settings.put("listener.security.protocol.map", "SASL_PLAINTEXT:SASL_PLAINTEXT,SSL:SSL");
    settings.put("listener.name.ssl.ssl.keystore.location", certificate.store().toString());
    settings.put("listener.name.ssl.ssl.keystore.type", "PKCS12");
    settings.put("listener.name.ssl.ssl.keystore.password", certificate.password());
    settings.put("listener.name.ssl.ssl.key.password", certificate.password());
    settings.put("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256");
    settings.put(
        "listener.name.sasl_plaintext.plain.sasl.jaas.config",
        modules + "plain.PlainLoginModule required user_" + USER + "=\"" + PASSWORD + "\";");
    settings.put(
        "listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config",
        modules + "scram.ScramLoginModule required;");
    settings.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    // The test itself connects without a password.
    settings.put("super.users", "User:ANONYMOUS");
    kafka = LocalKafka.start(directory.resolve("kafka"), 0, settings);
    registry = TestRegistry.start(directory.resolve("registry"));
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    topics = JobTopics.create("guarded", kafka.bootstrapServers(), registry.url());
    admin
        .alterUserScramCredentials(
            List.of(
                new UserScramCredentialUpsertion(
                    SCRAM_USER,
                    new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096),
                    PASSWORD)))
        .all()
        .get();
  }

  @AfterAll
  static void stop() throws Exception {
    topics.close();
    admin.close();
    registry.close();
    kafka.close();
  }

  @BeforeEach
  void allowNothing() throws Exception {
    admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
  }

  private static Map<String, String> values(String user, String password) {
    boolean plain = user.equals(USER);
    Map<String, String> values = new HashMap<>(topics.configuration());
    values.put("kafka.bootstrap-servers", servers);
    values.put("kafka.transactional-id-prefix", "guarded-transactions");
    values.put("schema-registry.url", registry.url());
    values.put("model.checkpoint", CHECKPOINT.toAbsolutePath().toString());
    values.put("model.device", "cpu");
    values.put("model.dtype", "float32");
    values.put("job.parallelism", "2");
    values.put("job.checkpoint-interval", "500 ms");
    values.put("properties.security.protocol", "SASL_PLAINTEXT");
    values.put("properties.sasl.mechanism", plain ? "PLAIN" : "SCRAM-SHA-256");
    values.put(
        "properties.sasl.jaas.config",
        "org.apache.kafka.common.security.%s required username=\"%s\" password=\"%s\";"
            .formatted(
                plain ? "plain.PlainLoginModule" : "scram.ScramLoginModule", user, password));
    return values;
  }

  private static EnrichmentSettings settings(Map<String, String> values) throws Exception {
    return EnrichmentSettings.parse(values);
  }

  private static void grant(Collection<AclBinding> rights) throws Exception {
    admin.createAcls(rights).all().get();
  }

  private static void revoke(AclBinding right) throws Exception {
    admin.deleteAcls(List.of(right.toFilter())).all().get();
  }

  private static List<AclBinding> documented(String job, Map<String, String> values)
      throws Exception {
    List<AclBinding> rights = new ArrayList<>();
    for (DocumentedRight right : DocumentedRight.of(job)) {
      rights.add(right.grant(USER, values));
    }
    return rights;
  }

  @ParameterizedTest
  @ValueSource(strings = {"enrich", "index", "backfill"})
  void theDocumentedRightsSufficeAndEachOneIsNeeded(String job) throws Exception {
    Map<String, String> values = values(USER, PASSWORD);
    values.put("kafka.group-id", "guarded-" + job);
    KafkaSettings settings = settings(values).kafka();
    KafkaNeeds needed = needs(job, settings);
    List<AclBinding> rights = documented(job, values);
    assertThat(rights).hasSizeGreaterThan(3);
    grant(rights);

    Eventually.holds(PATIENCE, "all rights", () -> refused(settings, needed).isEmpty());
    for (AclBinding right : rights) {
      revoke(right);
      Eventually.holds(PATIENCE, "no " + right, () -> tells(refused(settings, needed), right));
      grant(List.of(right));
      Eventually.holds(PATIENCE, "all rights", () -> refused(settings, needed).isEmpty());
    }
  }

  private static KafkaNeeds needs(String job, KafkaSettings settings) {
    return switch (job) {
      case "enrich" -> KafkaNeeds.ofEnrichment(settings);
      case "index" -> KafkaNeeds.ofIndex(settings);
      case "backfill" -> KafkaNeeds.ofBackfill(settings);
      default -> throw new AssertionError(job);
    };
  }

  private static boolean tells(List<String> problems, AclBinding right) {
    return problems.size() == 1
        && problems
            .get(0)
            .startsWith("principal User:worker may not " + right.entry().operation().name() + " ")
        && problems.get(0).contains(right.pattern().name());
  }

  private static List<String> refused(KafkaSettings settings, KafkaNeeds needs)
      throws InterruptedException {
    try {
      KafkaRights.check(settings, needs);
      return List.of();
    } catch (AccessRefusedException e) {
      return e.problems();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {USER, SCRAM_USER})
  void aWrongPasswordIsTold(String user) throws Exception {
    KafkaSettings settings = settings(values(user, "wrong")).kafka();

    assertThatThrownBy(() -> KafkaRights.check(settings, KafkaNeeds.ofEnrichment(settings)))
        .isInstanceOf(AccessRefusedException.class)
        .hasMessageContaining("does not let principal User:" + user + " in")
        .hasMessageContaining("uthentication failed")
        .hasMessageNotContaining("wrong");
  }

  @Test
  void settingsThatNoClientCanBeMadeOfAreTold() throws Exception {
    Map<String, String> values = values(USER, PASSWORD);
    values.remove("properties.sasl.jaas.config");
    KafkaSettings withoutLogin = settings(values).kafka();
    assertThatThrownBy(() -> KafkaRights.checkClient(withoutLogin))
        .isInstanceOf(AccessRefusedException.class)
        .hasMessageContaining("JAAS");
  }

  @Test
  void certificatesThatAreNotTrustedOrOfAnotherHostAreTold() throws Exception {
    String here = LocalPorts.HOST + ":" + encryptedPort;
    String trusted = certificate.pem().toString();
    assertThat(refused(encrypted(here, trusted), nothingButTopics())).isEmpty();

    // The certificate is not trusted without its file, and is valid for the address only.
    for (List<String> wrong :
        List.of(List.of(here, ""), List.of("localhost:" + encryptedPort, trusted))) {
      assertThat(refused(encrypted(wrong.get(0), wrong.get(1)), nothingButTopics()))
          .singleElement()
          .asString()
          .startsWith("Kafka at " + wrong.get(0) + " cannot be spoken to over TLS (expected: ")
          .contains("ssl.truststore.location");
    }
  }

  private static KafkaNeeds nothingButTopics() {
    return new KafkaNeeds(List.of(topics.events()), List.of(), null, null);
  }

  private static KafkaSettings encrypted(String servers, String authorities) throws Exception {
    Map<String, String> values = values(USER, PASSWORD);
    values.keySet().removeIf(key -> key.startsWith("properties."));
    values.put("kafka.bootstrap-servers", servers);
    values.put("properties.security.protocol", "SSL");
    if (!authorities.isEmpty()) {
      values.put("properties.ssl.truststore.type", "PEM");
      values.put("properties.ssl.truststore.location", authorities);
    }
    return settings(values).kafka();
  }

  @Test
  void aCheckTellsTopicsAndRights() throws Exception {
    Map<String, String> values = values(USER, PASSWORD);
    values.put("kafka.topics.events", "no-such-events");
    values.put("kafka.topics.dead-letters", "no-such-letters");
    List<AclBinding> rights = new ArrayList<>(documented("enrich", values));
    rights.removeIf(right -> right.pattern().name().equals(topics.images()));
    grant(rights);
    KafkaSettings settings = settings(values).kafka();
    Eventually.holds(
        PATIENCE,
        "all rights but one",
        () -> refused(settings, KafkaNeeds.ofEnrichment(settings)).size() == 1);

    StringWriter err = new StringWriter();
    List<String> arguments = new ArrayList<>(List.of("enrich", "--check", "--connect"));
    values.forEach((key, value) -> arguments.add("-D" + key + "=" + value));
    int exitCode =
        Console.commandLine()
            .setErr(new PrintWriter(err))
            .execute(arguments.toArray(new String[0]));

    assertThat(exitCode).as(err.toString()).isEqualTo(3);
    assertThat(err.toString())
        .containsPattern("kafka.bootstrap-servers +ok +1 broker")
        .containsPattern("topic " + topics.phrases() + " +ok +2 partitions")
        .containsPattern("topic " + topics.images() + " +ok +not shown to this principal")
        .containsPattern("topic no-such-events +PROBLEM +not there \\(expected: ")
        // This principal may not see whether the topics exist.
        .containsPattern("topic no-such-letters +ok +not there; the brokers may create it")
        .containsPattern(
            "rights +PROBLEM +principal User:worker may not WRITE topic " + topics.images())
        .contains("The job would not start: 2 problems.")
        .doesNotContain(PASSWORD);
  }

  @Test
  void aJobRunsWithTheDocumentedRightsAndFailsForGoodWhenOneIsTakenAway() throws Exception {
    Map<String, String> values = values(USER, PASSWORD);
    // The job must not restart forever.
    values.put("flink.restart-strategy.type", "fixed-delay");
    values.put("flink.restart-strategy.fixed-delay.attempts", "1000000");
    values.put("flink.restart-strategy.fixed-delay.delay", "200 ms");
    values.put("kafka.access-timeout", "3 s");
    EnrichmentSettings settings = settings(values);
    grant(documented("enrich", values));
    Eventually.holds(
        PATIENCE,
        "all rights",
        () -> refused(settings.kafka(), KafkaNeeds.ofEnrichment(settings.kafka())).isEmpty());
    try (LocalFlink flink = LocalFlink.start(directory.resolve("flink"), 2, 0, Map.of())) {
      JobID job = flink.submit(EnrichmentJob.define(settings));
      topics.publish(Events.event("allowed", "scene-001.jpg"));
      topics.readUntil(PATIENCE, () -> !topics.images.isEmpty() && topics.imagesAreWhole());

      for (AclBinding right : documented("enrich", values)) {
        if (right.pattern().name().equals(topics.images())) {
          revoke(right);
        }
      }
      topics.publish(Events.event("refused", "scene-002.jpg"));
      Eventually.holds(PATIENCE, "the end", () -> flink.status(job) == JobStatus.FAILED);
      assertThat(flink.result(job).getSerializedThrowable())
          .hasValueSatisfying(
              failure ->
                  assertThat(failure.getFullStringifiedStackTrace())
                      .contains("principal User:worker may not WRITE topic " + topics.images()));
    }
  }

  @Test
  void aJobThatMayNothingFailsWithoutARestart() throws Exception {
    Map<String, String> values = values(USER, PASSWORD);
    values.put("flink.restart-strategy.type", "fixed-delay");
    values.put("flink.restart-strategy.fixed-delay.attempts", "1000000");
    // The source cannot distinguish a first start from a restart, and waits at each.
    values.put("kafka.access-timeout", "1 s");
    try (LocalFlink flink = LocalFlink.start(directory.resolve("flink-refused"), 2, 0, Map.of())) {
      JobID job = flink.submit(EnrichmentJob.define(settings(values)));

      Eventually.holds(PATIENCE, "the end", () -> flink.status(job) == JobStatus.FAILED);
      assertThat(flink.restarts(job)).isZero();
      assertThat(flink.result(job).getSerializedThrowable())
          .hasValueSatisfying(
              failure ->
                  assertThat(failure.getFullStringifiedStackTrace())
                      .contains("principal User:worker may not "));
    }
  }
}
