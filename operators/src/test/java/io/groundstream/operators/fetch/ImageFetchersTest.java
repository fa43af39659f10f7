package io.groundstream.operators.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.groundstream.kosmos2.ErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutionException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFetchersTest {
  private static final int MAX_BYTES = 10;

  @TempDir Path folder = Path.of("");

  private static ImageFetchers open(List<String> roots) {
    try {
      return ImageFetchers.open(Grants.files(roots, 2, Duration.ofSeconds(20)), MAX_BYTES);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertFails(String uri, ErrorCode code) {
    Throwable failure = catchThrowable(() -> open(List.of()).fetch(uri, null).get());
    assertThat(failure.getCause()).isInstanceOf(GroundingException.class);
    assertThat(((GroundingException) failure.getCause()).errorCode())
        .as(failure.getMessage())
        .isEqualTo(code);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  @Test
  void takesEachSchemeToItsFetcher() throws Exception {
    Files.writeString(folder.resolve("a"), "file");
    String file = folder.resolve("a").toUri().toString();

    assertThat(open(List.of(folder.toString())).fetch(file, null).get().bytes())
        .asString()
        .isEqualTo("file");
    assertThat(open(List.of()).fetch("DATA:image/png;base64," + base64("data"), null).get().bytes())
        .asString()
        .isEqualTo("data");
    assertFails("https://example.org/a.jpg", OperatorErrorCode.HOST_NOT_ALLOWED);
    assertFails("http://example.org/a.jpg", OperatorErrorCode.SCHEME_UNSUPPORTED);
    assertFails("s3://bucket/a.jpg", OperatorErrorCode.SCHEME_UNSUPPORTED);
    assertFails("a.jpg", OperatorErrorCode.URI_INVALID);
    assertFails("", OperatorErrorCode.URI_INVALID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data:image/png;base64,Pz8/fn5+Pw==",
        "data:image/png;base64,Pz8/fn5+Pw",
        "data:image/png;base64,Pz8_fn5-Pw",
        "data:image/png;charset=utf-8;BASE64,Pz8_fn5-Pw==",
        "data:image/png;name=\"a.png\"; base64 ,Pz8/fn5+Pw==",
        "data:image/png%3Bbase64,Pz8/fn5+Pw==",
        "data:;base64,Pz8/\r\nfn5+\r\n Pw==\n",
        "data:;base64,Pz8%2Ffn5%2bPw%3D%3d",
        "data:;base64,%50z8/%0D%0Afn5+%20Pw=%3D",
        "data:;base64,Pz8/fn5+Pw==#fragment",
        "  data:;base64,Pz8/fn5+Pw=="
      })
  void dataIsReadAsBrowsersRead(String uri) throws Exception {
    assertThat(open(List.of()).fetch(uri, null).get().bytes()).asString().isEqualTo("???~~~?");
  }

  @Test
  void dataIsCheckedToo() {
    assertFails("data:image/png,abc", OperatorErrorCode.URI_INVALID);
    assertFails("data:;base64,", OperatorErrorCode.URI_INVALID);
    for (String data :
        List.of("a", "a!b", "YQ==YQ==", "Y=Q=", "YQ===", "%", "%2", "%C3", "é", "#YQ")) {
      assertFails("data:;base64," + data, OperatorErrorCode.URI_INVALID);
    }
    assertFails("data:" + "x".repeat(2000) + ";base64,YQ", OperatorErrorCode.URI_INVALID);
    assertFails(
        "data:;base64," + base64("x".repeat(MAX_BYTES + 1)), OperatorErrorCode.FETCH_TOO_LARGE);
  }

  @Property
  void anyTextIsFetchedOrRefusedWithACode(@ForAll String rest) throws InterruptedException {
    for (String scheme : List.of("", "file:", "data:", "data:;base64,", "http://", "https://")) {
      try {
        assertThat(open(List.of()).fetch(scheme + rest, null).get().bytes())
            .hasSizeLessThanOrEqualTo(MAX_BYTES);
      } catch (ExecutionException e) {
        assertThat(e).hasCauseInstanceOf(GroundingException.class);
      }
    }
  }

  @Test
  void closingTwiceLeavesTheFetchersOfOthersOpen() throws Exception {
    Files.writeString(folder.resolve("b"), "file");
    String file = folder.resolve("b").toUri().toString();
    ImageFetchers first = open(List.of(folder.toString()));
    try (ImageFetchers second = open(List.of(folder.toString()))) {
      first.close();
      first.close();

      assertThat(second.fetch(file, null).get().bytes()).asString().isEqualTo("file");
    }
  }
}
