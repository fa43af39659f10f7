package io.groundstream.console.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultTextTest {
  private static final ResultText TEXT = new ResultText(false, ZoneOffset.UTC);

  private static ResultBlocks.Block block(GroundedImage image, int missing) {
    GroundedPhrase phrase = Records.phrase("i", "e", 0, 1);
    return new ResultBlocks.Block(image, List.of(phrase), missing, null);
  }

  @Test
  void anImageIsABlockOfLines() {
    GroundedImage image = Records.image("a.jpg", "e", 45_296_000, 2);
    assertThat(TEXT.of(block(image, 1)))
        .isEqualTo(
            """
            12:34:56  a.jpg  40x30
              grounded-caption  caption of e
                - phrase 0  box 0.250 0.500 0.750 1.000 confidence 0.500
              phrases that are not here: 1
            """);
  }

  @Test
  void phrasesHaveTheColoursOfTheirBoxes() {
    GroundedImage image = Records.image("a.jpg", "e", 0, 1);
    assertThat(new ResultText(true, ZoneOffset.UTC).of(block(image, 0)))
        .contains("    \u001b[38;2;255;92;92m■\u001b[0m phrase 0  box");
  }

  @Test
  void aDeadLetterIsALine() {
    DeadLetter letter =
        DeadLetter.newBuilder()
            .setStage("decode")
            .setCode("bad-magic")
            .setMessage("no\nrecord")
            .setOrigin(Records.origin(3))
            .setProcessingTime(Instant.EPOCH)
            .build();
    assertThat(TEXT.of(new ResultBlocks.Block(null, List.of(), 0, letter)))
        .isEqualTo("00:00:00  image-events 0:3  dead letter  decode/bad-magic:  no\ufffdrecord\n");
  }

  /** Identifiers and captions are a stranger's. */
  @Test
  void textDoesNotSteerTheTerminal() {
    GroundedImage image =
        Records.image("\u001b]0;title\u0007\u009b2J\u202e", "e\r\n\u001b[2J", 0, 0);
    String text = TEXT.of(new ResultBlocks.Block(image, List.of(), 0, null));
    assertThat(text.lines())
        .containsExactly(
            "00:00:00  \ufffd]0;title\ufffd\ufffd2J\ufffd  40x30",
            "  grounded-caption  caption of e\ufffd\ufffd\ufffd[2J");
    assertThat(TEXT.noImage("\u001b[2J")).isEqualTo("  no image: \ufffd[2J\n");
  }
}
