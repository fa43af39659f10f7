package io.groundstream.operators.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.avro.DecodingOptions;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.PromptPart;
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
            .setConstraint("boxes")
            .setMaxBoxes(2)
            .setChoices(List.of("yes"))
            .setPhrases(List.of("a dog"))
            .build();
    ImageRequest request =
        ImageRequest.newBuilder()
            .setTask("referring-expression")
            .setText("a \"b\" <c>")
            .setRequestId("r")
            .setBoxes(List.of(new RequestBox(0.0, 0.25, 1e-9, 1.0, null)))
            .setOptions(options)
            .build();
    ImageRequest score =
        ImageRequest.newBuilder()
            .setTask("score")
            .setParts(List.of(new PromptPart(null, 1), new PromptPart("It is", null)))
            .setCandidates(List.of("a cat", "a dog"))
            .setRanking("mean")
            .setBoxes(List.of(new RequestBox(0.0, 0.0, 1.0, 1.0, "a <dog>")))
            .build();
    ImageRequest plain = ImageRequest.newBuilder().setTask("caption").build();

    for (ImageRequest one : List.of(request, score, plain)) {
      assertThat(RequestsJson.read(RequestsJson.write(one))).isEqualTo(one);
    }
    assertThat(RequestsJson.requests(RequestsJson.list(List.of(request, score, plain))))
        .containsExactly(request, score, plain);
    assertThatThrownBy(() -> RequestsJson.read("{".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(RequestsException.class);
  }

  @Test
  void whatIsWrongIsNamed() {
    for (String[] wrong :
        new String[][] {
          {"{\"task\":\"prompt\",\"parts\":[{\"image\":0.5}]}", "parts: {\"image\":0.5} "},
          {"{\"task\":\"prompt\",\"parts\":[{\"image\":0,\"text\":\"a\"}]}", "parts: {\"image\":0"},
          {"{\"task\":\"prompt\",\"parts\":[{}]}", "parts: {} "},
          {"{\"task\":\"prompt\",\"parts\":{}}", "parts: OBJECT (expected: a list"},
          {"{\"task\":\"score\",\"candidates\":[1]}", "candidates: 1 (expected: texts)"},
          {"{\"task\":\"score\",\"candidates\":\"a\"}", "candidates: STRING (expected: a list"},
          {"{\"task\":\"score\",\"ranking\":1}", "ranking: NUMBER (expected: text)"},
          {
            "{\"task\":\"referring-expression\",\"boxes\":[{\"x_min\":0,\"y_min\":0,"
                + "\"x_max\":1,\"y_max\":1,\"name\":\"a\"}]}",
            "boxes: {\"x_min\""
          },
        }) {
      assertThatThrownBy(() -> RequestsJson.read(wrong[0].getBytes(StandardCharsets.UTF_8)))
          .as(wrong[0])
          .isInstanceOf(RequestsException.class)
          .hasMessageStartingWith(wrong[1]);
    }
  }
}
