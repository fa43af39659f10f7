package io.groundstream.console.view;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultBlocksTest {
  private long now = 1L << 62;
  private final ResultBlocks blocks = new ResultBlocks(() -> now);

  private static GroundedImage image(int offset, int phrases) {
    GroundedImage image = Records.image("i" + offset, "e" + offset, 0, phrases);
    image.setOrigin(Records.origin(offset));
    return image;
  }

  private static GroundedPhrase phrase(int offset, int ordinal) {
    GroundedPhrase phrase = Records.phrase("i" + offset, "e" + offset, ordinal, 1);
    phrase.setOrigin(Records.origin(offset));
    return phrase;
  }

  private ResultBlocks.Block next() {
    return requireNonNull(blocks.poll(true));
  }

  @Test
  void anImageWithoutPhrasesIsComplete() {
    blocks.add(image(1, 0));
    assertThat(next().image()).isEqualTo(image(1, 0));
    assertThat(blocks.poll(true)).isNull();
  }

  @Test
  void phrasesOfOneEventComeTogetherInAnyOrder() {
    blocks.add(phrase(1, 1));
    blocks.add(image(2, 1));
    blocks.add(image(1, 2));
    blocks.add(phrase(2, 0));
    assertThat(requireNonNull(next().image()).getImageId()).isEqualTo("i2");
    assertThat(blocks.poll(true)).isNull();
    blocks.add(phrase(1, 0));
    ResultBlocks.Block block = next();
    assertThat(block.phrases()).extracting(GroundedPhrase::getOrdinal).containsExactly(0, 1);
    assertThat(block.missing()).isZero();
  }

  @Test
  void whatDoesNotComeIsNotWaitedForLong() {
    blocks.add(image(1, 2));
    blocks.add(phrase(1, 0));
    blocks.add(phrase(7, 3));
    now += ResultBlocks.PATIENCE.toNanos() - 1;
    assertThat(blocks.poll(true)).isNull();
    now++;
    ResultBlocks.Block half = next();
    assertThat(half.missing()).isEqualTo(1);
    ResultBlocks.Block orphan = next();
    assertThat(orphan.image()).isNull();
    assertThat(orphan.phrases()).hasSize(1);
    assertThat(blocks.poll(true)).isNull();
  }

  /** A slow terminal keeps what a block lacks waiting, not the topics. */
  @Test
  void blocksWaitForWhatHasArrived() {
    blocks.add(image(1, 1));
    now += 10 * ResultBlocks.PATIENCE.toNanos();
    assertThat(blocks.poll(false)).isNull();
    blocks.add(phrase(1, 0));
    assertThat(requireNonNull(blocks.poll(false)).missing()).isZero();
  }

  @Test
  void whatWaitsIsBounded() {
    for (int offset = 0; offset <= ResultBlocks.MOST_WAITING; offset++) {
      blocks.add(image(offset, 1));
    }
    assertThat(requireNonNull(next().image()).getImageId()).isEqualTo("i0");
    assertThat(blocks.poll(true)).isNull();
  }

  @Test
  void aDeadLetterIsABlock() {
    DeadLetter letter = new DeadLetter();
    blocks.add(letter);
    assertThat(next()).isEqualTo(new ResultBlocks.Block(null, List.of(), 0, letter));
  }
}
