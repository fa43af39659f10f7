package io.groundstream.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WrittenBoxesTest {
  private static final String DOG = "<grounding><phrase> a dog</phrase>";

  @Test
  void cornersAreCentresOfCells() {
    // Cell 0 is at (0, 0), cell 1023 at (31, 31); a cell has 10 × 20 pixels here.
    assertThat(
            WrittenBoxes.of(
                DOG + "<object><patch_index_0000><patch_index_1023></object>", "a dog", 320, 640))
        .containsExactly(new PixelBox(5, 10, 315, 630));
  }

  @Test
  void aBoxOfOneRowOrColumnTakesWholeCells() {
    // Cells 33 = (1, 1) and 35 = (3, 1).
    assertThat(
            WrittenBoxes.of(
                DOG + "<object><patch_index_0033><patch_index_0035></object>", "a dog", 320, 640))
        .containsExactly(new PixelBox(10, 20, 40, 40));
    assertThat(
            WrittenBoxes.of(
                DOG + "<object><patch_index_0033><patch_index_0033></object>", "a dog", 320, 640))
        .containsExactly(new PixelBox(10, 20, 20, 40));
  }

  @Test
  void invertedCornersStayInverted() {
    assertThat(
            WrittenBoxes.of(
                DOG + "<object><patch_index_1023><patch_index_0000></object>", "a dog", 320, 320))
        .containsExactly(new PixelBox(315, 315, 5, 5));
  }

  @Test
  void takesAllBoxesOfThePhraseInOrderOfWriting() {
    String text =
        DOG
            + "<object><patch_index_0033><patch_index_0033></delimiter_of_multi_objects/>"
            + "<patch_index_0000><patch_index_0000></object> by<phrase> a cat</phrase>"
            + "<object><patch_index_0100><patch_index_0200></object> and<phrase>a dog</phrase>"
            + "<object><patch_index_0001><patch_index_0001></object>";

    assertThat(WrittenBoxes.of(text, "a dog", 32, 32))
        .containsExactly(
            new PixelBox(1, 1, 2, 2), new PixelBox(0, 0, 1, 1), new PixelBox(1, 0, 2, 1));
  }

  @Test
  void whatIsNotWellFormedHasNoBox() {
    assertThat(WrittenBoxes.of(DOG + "<object><patch_index_0033></object>", "a dog", 32, 32))
        .containsExactly(PixelBox.NONE);
    assertThat(
            WrittenBoxes.of(DOG + "<object><patch_index_0033><patch_index_0033>", "a dog", 32, 32))
        .containsExactly(PixelBox.NONE);
    assertThat(
            WrittenBoxes.of(
                DOG + "<object><patch_index_0033><patch_index_0034><patch_index_0035></object>",
                "a dog",
                32,
                32))
        .containsExactly(PixelBox.NONE);
  }

  @Test
  void thePhraseMustBeTheExpectedOne() {
    String answer = DOG + "<object><patch_index_0033><patch_index_0033></object>";

    assertThat(WrittenBoxes.of(answer, "a  dog", 32, 32)).containsExactly(PixelBox.NONE);
    assertThat(WrittenBoxes.of(answer, "dog", 32, 32)).containsExactly(PixelBox.NONE);
    assertThat(
            WrittenBoxes.of(
                "<object><patch_index_0033><patch_index_0033></object>", "a dog", 32, 32))
        .containsExactly(PixelBox.NONE);
  }

  @Test
  void writesBoxesAsTheModelWasTaught() {
    // Lower-right corners on a grid line belong to the cell before it.
    assertThat(LocationGrid.write(new PixelBox(10, 20, 40, 40), 320, 640))
        .isEqualTo("<patch_index_0033><patch_index_0035>");
    assertThat(LocationGrid.write(new PixelBox(0, 0, 320, 640), 320, 640))
        .isEqualTo("<patch_index_0000><patch_index_1023>");
    assertThat(LocationGrid.write(new PixelBox(-5, -5, 400, 700), 320, 640))
        .isEqualTo("<patch_index_0000><patch_index_1023>");
  }
}
