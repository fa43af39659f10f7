package io.groundstream.operators.grounding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RegistryRetryTest {
  private static String away() throws RegistryUnavailableException {
    try {
      SchemaRegistry.connect(List.of("http://127.0.0.1:1"), Map.of()).byId(1);
      throw new AssertionError("nobody listens there");
    } catch (RegistryUnavailableException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void asksUntilThereIsAnAnswer() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    RegistryRetry.Question<String, IOException> question =
        () -> asked.incrementAndGet() < 3 ? away() : "answer";

    assertThat(new RegistryRetry(Duration.ofMinutes(1)).ask(question)).isEqualTo("answer");
    assertThat(asked).hasValue(3);
  }

  @Test
  void givesUpInTheEnd() {
    AtomicInteger asked = new AtomicInteger();
    RegistryRetry.Question<String, IOException> question =
        () -> {
          asked.incrementAndGet();
          return away();
        };

    assertThatThrownBy(() -> new RegistryRetry(Duration.ofMillis(150)).ask(question))
        .isInstanceOf(RegistryUnavailableException.class);
    assertThat(asked.get()).isBetween(2, 4);
  }

  @Test
  void otherErrorsAreNoReasonToAskAgain() {
    AtomicInteger asked = new AtomicInteger();
    RegistryRetry.Question<String, IOException> question =
        () -> {
          asked.incrementAndGet();
          throw new IOException("no");
        };

    assertThatThrownBy(() -> new RegistryRetry(Duration.ofMinutes(1)).ask(question))
        .hasMessage("no");
    assertThat(asked).hasValue(1);
  }
}
