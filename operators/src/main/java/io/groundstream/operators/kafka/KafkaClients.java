package io.groundstream.operators.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the clients of the brokers of a job or of a command. What all clients have in common is
 * decided here:
 *
 * <ul>
 *   <li>The settings of a client are, from the weakest: the defaults of this class, those of the
 *       caller, what the user has set, and what the caller's code relies on. The brokers are always
 *       those that the user names.
 *   <li>A consumer reads committed records only, and commits nothing by itself.
 *   <li>The identifier of a client, by which the brokers' logs, metrics and quotas know it, says
 *       what the client is for.
 *   <li>Keys and values are bytes.
 *   <li>Settings that no client can be made of fail with {@link UnusableSettingsException}.
 * </ul>
 *
 * <p>Flink's connectors make their clients themselves, of {@link #consumerProperties} and {@link
 * #producerProperties}. Immutable.
 */
public final class KafkaClients {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaClients.class);

  /** What a user writes in front of a setting, in a job's configuration and in a command. */
  private static final String PREFIX_OF_JOBS = KafkaOptions.PROPERTIES_PREFIX;

  private static final String PREFIX_OF_COMMANDS = "--property ";

  private static final String READ_COMMITTED = "read_committed";
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  /** Numbers the clients of this process: two with the same identifier would share metrics. */
  private static final AtomicLong COUNT = new AtomicLong();

  private final String servers;
  private final Map<String, String> defaults;
  private final Map<String, String> properties;
  private final ClientSettings settings;

  /** No client can be made of its settings; the message names the setting and no secret. */
  public static final class UnusableSettingsException extends KafkaException {
    private static final long serialVersionUID = 1L;

    UnusableSettingsException(List<String> problems, KafkaException cause) {
      super(String.join("\n  ", problems), cause);
    }
  }

  private KafkaClients(
      String servers,
      Map<String, String> defaults,
      Map<String, String> properties,
      ClientSettings settings) {
    this.servers = servers;
    this.defaults = Map.copyOf(defaults);
    this.properties = Map.copyOf(properties);
    this.settings = settings;
  }

  /** Returns the clients of a job. */
  public static KafkaClients of(KafkaSettings settings) {
    return of(settings.bootstrapServers(), settings.properties(), PREFIX_OF_JOBS);
  }

  /**
   * Returns the clients of a command.
   *
   * @param properties the settings that the user has given
   */
  public static KafkaClients ofCommand(String servers, Map<String, String> properties) {
    return of(servers, properties, PREFIX_OF_COMMANDS);
  }

  /**
   * @param prefix what the user writes in front of a setting, for messages
   */
  static KafkaClients of(String servers, Map<String, String> properties, String prefix) {
    return new KafkaClients(servers, Map.of(), properties, new ClientSettings(properties, prefix));
  }

  /** Returns the same clients with more defaults, which the user's settings override. */
  public KafkaClients withDefaults(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(defaults);
    all.putAll(more);
    return new KafkaClients(servers, all, properties, settings);
  }

  /** Returns the brokers to connect to first, as host:port,host:port. */
  public String servers() {
    return servers;
  }

  /** Returns the principal of the clients, in the form of access control lists if it is known. */
  String principal() {
    return Principals.of(properties);
  }

  /**
   * Returns an admin client, which has not connected yet; to be closed by {@link #close}.
   *
   * @param purpose what the client is for, in its identifier
   */
  public Admin admin(String purpose) {
    return make(properties(purpose, Map.of()), Admin::create);
  }

  /**
   * Returns an admin client like {@link #admin}, after a check of all that can be known of the
   * settings without brokers: Kafka's clients only warn of unknown keys, and try for ever to
   * connect with a mechanism that nothing on this machine implements.
   *
   * @throws AccessRefusedException with everything that is wrong
   */
  Admin checkedAdmin(String purpose) throws AccessRefusedException {
    List<String> problems = settings.problems();
    if (!problems.isEmpty()) {
      throw new AccessRefusedException(problems);
    }
    Admin admin;
    try {
      admin = Admin.create(properties(purpose, Map.of()));
    } catch (KafkaException e) {
      throw new AccessRefusedException(List.of(settings.unusable(e)));
    }
    // A login module may bring its mechanism, so this is known only after the login.
    List<String> unknown = settings.mechanismProblems();
    if (!unknown.isEmpty()) {
      close(admin);
      throw new AccessRefusedException(unknown);
    }
    LOG.debug("The settings of Kafka's clients can be used: {}", admin);
    return admin;
  }

  /**
   * Returns a consumer, which has not connected yet.
   *
   * @param purpose what the client is for, in its identifier
   * @param fixed settings that the caller relies on
   */
  public KafkaConsumer<byte[], byte[]> consumer(String purpose, Map<String, String> fixed) {
    Properties all = consumerDefaults(properties(purpose, fixed));
    all.putIfAbsent(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    return make(
        all,
        made ->
            new KafkaConsumer<>(made, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
  }

  /**
   * Returns a producer, which has not connected yet.
   *
   * @param purpose what the client is for, in its identifier
   * @param fixed settings that the caller relies on
   */
  public KafkaProducer<byte[], byte[]> producer(String purpose, Map<String, String> fixed) {
    return make(
        properties(purpose, fixed),
        made -> new KafkaProducer<>(made, new ByteArraySerializer(), new ByteArraySerializer()));
  }

  /** Returns the settings of a consumer that a connector makes and names. */
  public Properties consumerProperties() {
    return consumerDefaults(producerProperties());
  }

  /** Returns the settings of a producer that a connector makes and names. */
  public Properties producerProperties() {
    Properties all = new Properties();
    all.putAll(defaults);
    all.putAll(properties);
    all.setProperty(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, servers);
    return all;
  }

  /** Closes an admin client without waiting for brokers that are away. */
  public static void close(Admin admin) {
    admin.close(CLOSE_TIMEOUT);
  }

  private static Properties consumerDefaults(Properties all) {
    all.putIfAbsent(ConsumerConfig.ISOLATION_LEVEL_CONFIG, READ_COMMITTED);
    return all;
  }

  private Properties properties(String purpose, Map<String, String> fixed) {
    Properties all = producerProperties();
    all.putIfAbsent(
        CommonClientConfigs.CLIENT_ID_CONFIG,
        "groundstream-" + purpose + "-" + COUNT.incrementAndGet());
    all.putAll(fixed);
    all.setProperty(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, servers);
    return all;
  }

  private <T> T make(Properties all, Function<Properties, T> client) {
    try {
      return client.apply(all);
    } catch (KafkaException e) {
      List<String> problems = settings.problems();
      throw new UnusableSettingsException(
          problems.isEmpty() ? List.of(settings.unusable(e)) : problems, e);
    }
  }
}
