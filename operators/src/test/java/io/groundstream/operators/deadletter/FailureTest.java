package io.groundstream.operators.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.Stage;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class FailureTest {
  @Test
  void reportsCausesBrieflyAndWithoutSecretsInUris() {
    Failure failure =
        Failure.of(
            new GroundingException(
                OperatorErrorCode.IMAGE_UNREADABLE,
                "image_uri: s3://user:secret@bucket/a.jpg?X-Signature=secret cannot be read",
                new IOException(
                    "GET https://bucket.example/a.jpg?X-Signature=secret&b=1: 500",
                    new IllegalStateException("'https://u@h/p#secret' and file:///a?.jpg"))));
    assertThat(failure.stage()).isEqualTo(Stage.FETCH);
    assertThat(failure.message())
        .isEqualTo("image_uri: s3://…@bucket/a.jpg?… cannot be read")
        .doesNotContain("secret");
    assertThat(failure.cause())
        .doesNotContain("secret")
        .isEqualTo(
            "java.io.IOException: GET https://bucket.example/a.jpg?… 500\n"
                + "java.lang.IllegalStateException: 'https://…@h/p?…' and file:///a?…");
  }

  @Test
  void aLongChainOfCausesIsShortened() {
    Throwable chain = new IllegalStateException("x".repeat(2000));
    for (int i = 0; i < 30; i++) {
      chain = new IllegalStateException("y".repeat(1000), chain);
    }
    Failure failure = Failure.unexpected(Stage.INFERENCE, chain);
    assertThat(failure.message()).hasSizeLessThanOrEqualTo(4096);
    assertThat(String.valueOf(failure.cause())).hasSizeLessThanOrEqualTo(8192).contains("…");
    assertThat(failure.retryable()).isFalse();
  }
}
