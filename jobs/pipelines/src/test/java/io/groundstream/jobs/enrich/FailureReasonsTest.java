package io.groundstream.jobs.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.operators.settings.InvalidConfigurationException;
import java.net.ConnectException;
import java.util.Map;
import org.apache.flink.util.SerializedThrowable;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;

class FailureReasonsTest {
  @Test
  void messagesOfOurCodeComeBeforeTheInnermostCause() {
    Exception ours =
        new CommandException(
            "The registry at http://localhost:1 gives no answer",
            new ConnectException("Connection refused"));
    Exception flinks = new RuntimeException("Job execution failed.", ours);

    assertThat(FailureReasons.of(flinks))
        .isEqualTo("The registry at http://localhost:1 gives no answer: Connection refused");
    assertThat(FailureReasons.of(new SerializedThrowable(flinks)))
        .isEqualTo("The registry at http://localhost:1 gives no answer: Connection refused");
  }

  @Test
  void aTopicThatRejectsRecordsOfThatSizeIsNamed() {
    Exception refused =
        new RuntimeException(
            "Failed to send data to Kafka grounded-images-0@-1 with a producer ",
            new RecordTooLargeException("The request included a message larger than allowed"));

    assertThat(FailureReasons.of(new RuntimeException("Job execution failed.", refused)))
        .startsWith("max.message.bytes of topic grounded-images: less than a record")
        .contains(">= kafka.max-record-bytes", "dead letters")
        .endsWith("The request included a message larger than allowed");
  }

  @Test
  void noMessageIsRepeated() throws Exception {
    Exception cause = new IllegalStateException("no such topic");
    assertThat(FailureReasons.of(new CommandException("It failed: no such topic", cause)))
        .isEqualTo("It failed: no such topic");
    assertThat(FailureReasons.of(new NullPointerException())).contains("NullPointerException");
    try {
      EnrichmentSettings.parse(Map.of());
    } catch (InvalidConfigurationException e) {
      assertThat(FailureReasons.of(e)).contains("kafka.bootstrap-servers");
    }
  }
}
