package io.groundstream.console.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.console.cli.PromptMarkers.Part;
import io.groundstream.kosmos2.text.Box;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests how texts with places of images and boxes are read. */
class PromptArgumentsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.jpg::a red cup.|a red cup.|0",
        "a.jpg::<box:0,0,1,1> is a cup.|<phrase> It</phrase><object></object> is a cup.|1",
        "a.jpg::<grounding><box:0,0,1,1> is x|<grounding><phrase> It</phrase><object></object> is"
            + " x|1",
        "a.jpg::<phrase> a cup</phrase> <box:0,0,.5,1>,|<phrase> a cup</phrase>"
            + " <object></object>,|1",
        "a.jpg::<box:0,0,1,1> <box:0,0,.5,1> are|<phrase> It</phrase><object></object> are|2",
        "a.jpg::<box:0,0,1,1> by<phrase> b</phrase><box:0,0,.5,1>|<phrase>"
            + " It</phrase><object></object> by<phrase> b</phrase><object></object>|2",
        "a.jpg::a::b|a::b|0",
      })
  void boxesOfADemonstrationBecomeObjects(String argument, String text, int boxes) {
    DemonstrationArgument read = new DemonstrationArgument.Converter().convert(argument);
    assertThat(read.image()).isEqualTo(Path.of("a.jpg"));
    assertThat(read.text()).isEqualTo(text);
    assertThat(read.boxes()).hasSize(boxes);
    if (boxes == 2) {
      assertThat(read.boxes()).containsExactly(new Box(0, 0, 1, 1), new Box(0, 0, 0.5, 1));
    }
  }

  @Test
  void markersDivideAPrompt() {
    assertThat(PromptMarkers.parts("<image:2> b <image:1><image:2> c", 2))
        .containsExactly(
            new Part(2, ""),
            new Part(0, " b "),
            new Part(1, ""),
            new Part(2, ""),
            new Part(0, " c"));
    assertThat(PromptMarkers.parts("a < b", 2))
        .containsExactly(new Part(1, ""), new Part(2, ""), new Part(0, "a < b"));
    assertThat(PromptMarkers.parts(" ", 1)).isEqualTo(List.of(new Part(1, "")));
  }

  @ParameterizedTest
  @CsvSource({
    "<image:3> x, <image:3>",
    "<image:-1> x, <image:-1>",
    "<image:> x, <image:>",
    "<image:99999999999> x, <image:99999999999>",
    "<image:1> x, no <image:2>",
  })
  void impossibleMarkersAreNamed(String text, String message) {
    assertThatThrownBy(() -> PromptMarkers.parts(text, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message)
        .hasMessageContaining("expected");
  }
}
