package io.groundstream.operators.kafka;

import io.groundstream.operators.settings.NearestName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.security.auth.login.LoginException;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslClientFactory;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is wrong with the settings of a client, as far as this machine can tell. Messages name
 * the setting, and never a secret.
 */
final class ClientSettings {
  /** The settings of a login; other keys may be those of an interceptor or a plugin. */
  private static final List<String> FAMILIES = List.of("sasl.", "ssl.", "security.");

  private static final String PROTOCOL = AdminClientConfig.SECURITY_PROTOCOL_CONFIG;

  /** The mechanisms that Kafka's own clients bring. */
  private static final List<String> OF_KAFKA =
      List.of("GSSAPI", "OAUTHBEARER", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512");

  private static final String KAFKA_CLASSES = "org.apache.kafka.";

  /** Settings that name classes of the user, which get all settings and may know other keys. */
  private static final List<String> PLUGINS =
      List.of(
          SaslConfigs.SASL_CLIENT_CALLBACK_HANDLER_CLASS,
          SaslConfigs.SASL_LOGIN_CALLBACK_HANDLER_CLASS,
          SaslConfigs.SASL_LOGIN_CLASS,
          SaslConfigs.SASL_OAUTHBEARER_JWT_RETRIEVER_CLASS,
          SaslConfigs.SASL_OAUTHBEARER_JWT_VALIDATOR_CLASS,
          SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG,
          "security.providers");

  /** Keys of librdkafka, on which most clients in other languages are built, and Kafka's own. */
  private static final Map<String, String> OF_LIBRDKAFKA =
      Map.of(
          "sasl.mechanisms", SaslConfigs.SASL_MECHANISM,
          "sasl.username", SaslConfigs.SASL_JAAS_CONFIG,
          "sasl.password", SaslConfigs.SASL_JAAS_CONFIG,
          "ssl.ca.location", SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG,
          "ssl.ca.pem", SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG,
          "ssl.certificate.location", SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG,
          "ssl.certificate.pem", SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG,
          "ssl.key.location", SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG,
          "ssl.key.pem", SslConfigs.SSL_KEYSTORE_KEY_CONFIG);

  private final Map<String, String> client;
  private final String prefix;

  /**
   * @param prefix what a user writes in front of a key
   */
  ClientSettings(Map<String, String> client, String prefix) {
    this.client = client;
    this.prefix = prefix;
  }

  /** Returns what is wrong with keys and protocol, which is known before a client is made. */
  List<String> problems() {
    List<String> problems = unknownKeys();
    String protocol = client.getOrDefault(PROTOCOL, SecurityProtocol.PLAINTEXT.name);
    if (!SecurityProtocol.names().contains(protocol.toUpperCase(Locale.ROOT))) {
      problems.add(
          wrong(PROTOCOL, protocol, String.join(", ", new TreeSet<>(SecurityProtocol.names()))));
    }
    return problems;
  }

  /** Returns what is wrong with the mechanism of the login, which is known after the login. */
  List<String> mechanismProblems() {
    String unknown = isSasl() ? unknownMechanism() : null;
    return unknown == null ? List.of() : List.of(unknown);
  }

  private boolean isSasl() {
    return client.getOrDefault(PROTOCOL, "").toUpperCase(Locale.ROOT).startsWith("SASL");
  }

  private List<String> unknownKeys() {
    List<String> problems = new ArrayList<>();
    if (PLUGINS.stream().anyMatch(this::isOfUser)) {
      return problems;
    }
    Set<String> known = new TreeSet<>(AdminClientConfig.configNames());
    known.addAll(ConsumerConfig.configNames());
    known.addAll(ProducerConfig.configNames());
    for (String key : new TreeSet<>(client.keySet())) {
      if (FAMILIES.stream().noneMatch(key::startsWith) || known.contains(key)) {
        continue;
      }
      String meant = OF_LIBRDKAFKA.getOrDefault(key, NearestName.of(key, known));
      // Without its value, which may be a secret.
      problems.add(
          prefix
              + key
              + ": unknown key (expected: "
              + (meant == null ? "a setting of Kafka's Java clients" : "perhaps " + prefix + meant)
              + ")");
    }
    return problems;
  }

  private boolean isOfUser(String plugin) {
    String name = client.get(plugin);
    return name != null && !name.startsWith(KAFKA_CLASSES);
  }

  private @Nullable String unknownMechanism() {
    String mechanism =
        client.getOrDefault(SaslConfigs.SASL_MECHANISM, SaslConfigs.DEFAULT_SASL_MECHANISM);
    Set<String> available = new TreeSet<>();
    for (SaslClientFactory factory : Collections.list(Sasl.getSaslClientFactories())) {
      available.addAll(Arrays.asList(factory.getMechanismNames(Map.of())));
    }
    if (available.contains(mechanism)) {
      return null;
    }
    if (OF_KAFKA.contains(mechanism)) {
      return wrong(
          SaslConfigs.SASL_MECHANISM,
          mechanism,
          "the mechanism of the login module in " + prefix + SaslConfigs.SASL_JAAS_CONFIG);
    }
    available.addAll(OF_KAFKA);
    return wrong(SaslConfigs.SASL_MECHANISM, mechanism, String.join(", ", available));
  }

  /** Returns which setting a client could not be made of, and why. */
  String unusable(KafkaException failure) {
    String root = CertainFailures.rootCause(failure);
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      boolean isLogin = cause instanceof LoginException || root.contains("JAAS");
      if (isSasl() && isLogin) {
        return prefix
            + SaslConfigs.SASL_JAAS_CONFIG
            + ": "
            + (client.containsKey(SaslConfigs.SASL_JAAS_CONFIG) ? "cannot be used" : "not set")
            + " (expected: CLASS required NAME=\"VALUE\" …; with a login module that is on the"
            + " class path, such as org.apache.kafka.common.security.plain.PlainLoginModule, and"
            + " that belongs to "
            + SaslConfigs.SASL_MECHANISM
            + " "
            + client.getOrDefault(SaslConfigs.SASL_MECHANISM, SaslConfigs.DEFAULT_SASL_MECHANISM)
            + "): "
            + root;
      }
    }
    for (Map.Entry<String, String> setting : new TreeMap<>(client).entrySet()) {
      if (setting.getKey().endsWith(".location") && root.contains(setting.getValue())) {
        return wrong(
                setting.getKey(),
                setting.getValue(),
                "a file of the type in "
                    + prefix
                    + setting.getKey().replace(".location", ".type")
                    + " that its password opens")
            + ": "
            + root;
      }
    }
    return prefix + "*: settings that Kafka's clients cannot be made of: " + root;
  }

  private String wrong(String key, String value, String expected) {
    return prefix
        + key
        + ": "
        + (client.containsKey(key) ? value : "not set, which means " + value)
        + " (expected: "
        + expected
        + ")";
  }
}
