package io.groundstream.operators.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.security.authenticator.AbstractLogin.DefaultLoginCallbackHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is known of a login before any broker is asked. */
class ClientSettingsTest {
  private static final String MODULES = "org.apache.kafka.common.security.";
  private static final String LOGIN = "Module required username=\"u\" password=\"pw-of-u\";";
  private static final String PLAIN = MODULES + "plain.PlainLogin" + LOGIN;
  private static final String SCRAM = MODULES + "scram.ScramLogin" + LOGIN;

  @TempDir Path directory;

  private static List<String> problems(Map<String, String> settings) {
    try {
      KafkaClients.close(
          KafkaClients.of("127.0.0.1:1", settings, "properties.").checkedAdmin("test"));
      return List.of();
    } catch (AccessRefusedException e) {
      return e.problems();
    }
  }

  private static Map<String, String> sasl(String mechanism, String jaas) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("security.protocol", "SASL_PLAINTEXT");
    settings.put("sasl.mechanism", mechanism);
    settings.put("sasl.jaas.config", jaas);
    return settings;
  }

  @Test
  void settingsThatWorkAreNoProblem() {
    assertThat(problems(Map.of())).isEmpty();
    assertThat(problems(Map.of("security.protocol", "ssl", "client.id", "x", "linger.ms", "5")))
        .isEmpty();
    assertThat(problems(sasl("PLAIN", PLAIN))).isEmpty();
    assertThat(problems(sasl("SCRAM-SHA-256", SCRAM))).isEmpty();
    assertThat(problems(sasl("SCRAM-SHA-512", SCRAM))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"NONSENSE", "plain", "SCRAM-SHA-1024", "SCRAM_SHA_512"})
  void anUnknownMechanismIsToldWithThoseThereAre(String mechanism) {
    assertThat(problems(sasl(mechanism, PLAIN)))
        .singleElement()
        .asString()
        .startsWith("properties.sasl.mechanism: " + mechanism + " (expected: ")
        .contains("GSSAPI", "OAUTHBEARER", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
        .doesNotContain("pw-of-u");
  }

  @ParameterizedTest
  @CsvSource({
    "sasl.mechanims, sasl.mechanism",
    "sasl.mechanisms, sasl.mechanism",
    "sasl.jaas.conf, sasl.jaas.config",
    "sasl.password, sasl.jaas.config",
    "ssl.trustore.location, ssl.truststore.location",
    "ssl.ca.location, ssl.truststore.location",
    "security.protocoll, security.protocol",
  })
  void aMisspeltKeyIsToldWithTheRightOne(String key, String right) {
    assertThat(problems(Map.of(key, "a secret")))
        .containsExactly(
            "properties." + key + ": unknown key (expected: perhaps properties." + right + ")");
  }

  @Test
  void allMisspeltKeysAreToldAtOnceAndOtherFamiliesAreNotOurs() {
    assertThat(
            problems(
                Map.of(
                    "sasl.foo.bar.baz",
                    "1",
                    "security.protocol",
                    "TLS",
                    "my.interceptor.setting",
                    "2")))
        .containsExactly(
            "properties.sasl.foo.bar.baz: unknown key (expected: a setting of Kafka's Java"
                + " clients)",
            "properties.security.protocol: TLS (expected: PLAINTEXT, SASL_PLAINTEXT, SASL_SSL,"
                + " SSL)");
  }

  @Test
  void aPluginMayHaveKeysOfItsOwn() {
    Map<String, String> settings = sasl("PLAIN", PLAIN);
    settings.put("sasl.login.vault.path", "kv/kafka");
    settings.put("sasl.login.callback.handler.class", VaultHandler.class.getName());
    assertThat(problems(settings)).isEmpty();

    settings.put("sasl.login.callback.handler.class", DefaultLoginCallbackHandler.class.getName());
    assertThat(problems(settings)).hasSize(1);
  }

  /** Stands for one that fetches passwords from elsewhere. */
  public static final class VaultHandler extends DefaultLoginCallbackHandler {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PlainLoginModule required username=\"u\" password=\"pw-of-u\";",
        "org.example.NoSuchModule required username=\"u\" password=\"pw-of-u\";",
        MODULES + "plain.PlainLoginModule username=\"u\" password=\"pw-of-u\"",
        MODULES + "plain.PlainLoginModule required username=\"u\" password=\"pw-of-u\"",
        "u:pw-of-u",
        ""
      })
  void aLoginThatCannotBeReadIsToldWithoutItsPassword(String jaas) {
    assertThat(problems(sasl("PLAIN", jaas)))
        .singleElement()
        .asString()
        .startsWith("properties.sasl.jaas.config: cannot be used (expected: CLASS required ")
        .doesNotContain("pw-of-u");
  }

  @Test
  void aLoginThatIsNotSetIsTold() {
    assertThat(problems(Map.of("security.protocol", "SASL_SSL", "sasl.mechanism", "PLAIN")))
        .singleElement()
        .asString()
        .startsWith("properties.sasl.jaas.config: not set (expected: ");
    assertThat(problems(Map.of("security.protocol", "SASL_PLAINTEXT", "sasl.jaas.config", PLAIN)))
        .singleElement()
        .asString()
        .startsWith("properties.sasl.jaas.config: cannot be used")
        .contains("sasl.mechanism GSSAPI");
  }

  @Test
  void aStoreThatCannotBeOpenedIsToldWithItsKey() throws Exception {
    Path nowhere = directory.resolve("no.jks");
    assertThat(
            problems(
                Map.of("security.protocol", "SSL", "ssl.truststore.location", nowhere.toString())))
        .singleElement()
        .asString()
        .startsWith("properties.ssl.truststore.location: " + nowhere + " (expected: ");
    Path noStore = Files.writeString(directory.resolve("no-store.p12"), "no store");
    assertThat(
            problems(
                Map.of(
                    "security.protocol",
                    "SSL",
                    "ssl.keystore.type",
                    "PKCS12",
                    "ssl.keystore.password",
                    "pw-of-u",
                    "ssl.keystore.location",
                    noStore.toString())))
        .singleElement()
        .asString()
        .startsWith("properties.ssl.keystore.location: " + noStore + " (expected: ")
        .doesNotContain("pw-of-u");
  }

  @Test
  void aCheckAsksNobodyWhereNoClientCanBeMade() {
    assertThatThrownBy(
            () ->
                KafkaRights.check(
                    KafkaClients.ofCommand("127.0.0.1:1", sasl("NONSENSE", PLAIN)),
                    new KafkaNeeds(List.of("t"), List.of(), null, null)))
        .isInstanceOf(AccessRefusedException.class)
        .hasMessageStartingWith("--property sasl.mechanism: NONSENSE");
  }
}
