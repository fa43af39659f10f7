package io.groundstream.schemas.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextsTest {
  private static final String DOG = "\uD83D\uDC15";

  @Test
  void aTextOfExactlyTheGreatestLengthIsKept() {
    assertThat(Texts.shortened("abcd", 4)).isEqualTo("abcd");
    assertThat(Texts.shortenedToCodePoints("abcd", 4)).isEqualTo("abcd");
    assertThat(Texts.beginning("abcd", 4)).isEqualTo("abcd");
  }

  @Test
  void aLongerTextEndsInAnEllipsisWithinTheLength() {
    assertThat(Texts.shortened("abcde", 4)).isEqualTo("abc…");
    assertThat(Texts.shortened("abcde", 1)).isEqualTo("…");
    assertThat(Texts.shortenedToCodePoints("abcde", 4)).isEqualTo("abc…");
  }

  @Test
  void aBeginningHasNoEllipsis() {
    assertThat(Texts.beginning("abcde", 4)).isEqualTo("abcd");
    assertThat(Texts.beginning("abcde", 0)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void surrogatePairsAreNotCut(int most) {
    String text = "a" + DOG + DOG + "b" + DOG + DOG;

    assertThat(Texts.shortened(text, most)).matches("(?:a?|a(?:" + DOG + ")+b?(?:" + DOG + ")*)…");
    assertThat(Texts.beginning(text, most).codePoints())
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  @Test
  void anUnpairedSurrogateIsKept() {
    assertThat(Texts.beginning("a\uD83Dbc", 2)).isEqualTo("a\uD83D");
  }

  @Test
  void codePointsAreCountedNotUnits() {
    assertThat(Texts.shortenedToCodePoints(DOG.repeat(4), 4)).isEqualTo(DOG.repeat(4));
    assertThat(Texts.shortenedToCodePoints(DOG.repeat(5), 4)).isEqualTo(DOG.repeat(3) + "…");
  }
}
