package io.groundstream.operators.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLHandshakeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class CertainFailuresTest {
  @Test
  void refusalsAreCertainHoweverTheyAreWrapped() {
    assertThat(
            CertainFailures.isCertain(
                new RuntimeException(
                    "Failed to list subscribed topic partitions due to ",
                    new ExecutionException(new TopicAuthorizationException("t")))))
        .isTrue();
    assertThat(CertainFailures.isCertain(new SaslAuthenticationException("no"))).isTrue();
    assertThat(CertainFailures.isCertain(new KafkaException(new ConfigException("a", "b"))))
        .isTrue();
    assertThat(CertainFailures.isCertain(new SSLHandshakeException("unknown authority"))).isTrue();
    assertThat(CertainFailures.isCertain(new TimeoutException("no broker"))).isFalse();
    assertThat(CertainFailures.isCertain(null)).isFalse();
  }

  @Test
  void theRootIsToldInOneLine() {
    assertThat(
            CertainFailures.rootCause(
                new KafkaException("Failed to make it", new IllegalStateException("a\n b"))))
        .isEqualTo("a b");
    assertThat(CertainFailures.rootCause(new KafkaException("outer", new NullPointerException())))
        .isEqualTo("outer (NullPointerException)");
  }

  @Test
  void secretsAreNotTold() {
    assertThat(
            CertainFailures.discreet(
                "no PlainLoginModule required username=\"u\" password=\"p w\"; at"
                    + " http://user:pw@registry:8081, basic.auth.user.info=a:b"))
        .isEqualTo(
            "no PlainLoginModule required username=\"u\" password=…; at http://…@registry:8081,"
                + " basic.auth.user.info=…");
  }

  @Test
  void theSettingsNameThePrincipal() {
    assertThat(Principals.of(Map.of())).isEqualTo("User:ANONYMOUS");
    assertThat(
            Principals.of(
                Map.of(
                    "security.protocol",
                    "sasl_ssl",
                    "sasl.jaas.config",
                    "org.apache.kafka.common.security.scram.ScramLoginModule required"
                        + " username=\"a reader\" password=\"x\";")))
        .isEqualTo("User:a reader");
    assertThat(Principals.of(Map.of("security.protocol", "SSL"))).isEqualTo("of this client");
  }
}
