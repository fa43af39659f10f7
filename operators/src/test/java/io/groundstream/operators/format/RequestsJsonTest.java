package io.groundstream.operators.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.avro.DecodingOptions;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.RequestBox;
import io.groundstream.operators.format.RequestsJson.RequestsException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestsJsonTest {
  @Test
  void whatIsWrittenIsRead() throws Exception {
    DecodingOptions options =
        DecodingOptions.newBuilder()
            .setBeams(3)
            .setTemperature(0.5)
            .setSeed(1L << 40)
            .setStop(List.of("a", "ü"))
            .build();
    ImageRequest request =
        ImageRequest.newBuilder()
            .setTask("referring-expression")
            .setText("a \"b\" <c>")
            .setRequestId("r")
            .setBoxes(List.of(new RequestBox(0.0, 0.25, 1e-9, 1.0, null)))
            .setOptions(options)
            .build();
    ImageRequest plain = ImageRequest.newBuilder().setTask("caption").build();

    for (ImageRequest one : List.of(request, plain)) {
      assertThat(RequestsJson.read(RequestsJson.write(one))).isEqualTo(one);
    }
    assertThat(RequestsJson.requests(RequestsJson.list(List.of(request, plain))))
        .containsExactly(request, plain);
    assertThatThrownBy(() -> RequestsJson.read("{".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(RequestsException.class);
  }
}
