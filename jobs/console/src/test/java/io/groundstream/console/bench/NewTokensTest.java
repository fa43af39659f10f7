package io.groundstream.console.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NewTokensTest {
  @Test
  void lengthsAreSpreadEvenlyInAnOrderThatIsAlwaysTheSame() {
    NewTokens spread = NewTokens.parse("8..96");
    int[] lengths = spread.lengths(12);
    assertThat(spread.lengths(12)).isEqualTo(lengths);
    assertThat(lengths).isNotEqualTo(sorted(lengths));
    assertThat(sorted(lengths)).containsExactly(8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96);
    assertThat(spread).hasToString("8..96");
  }

  @Test
  void oneLengthIsForAll() {
    assertThat(NewTokens.parse("45").lengths(3)).containsExactly(45, 45, 45);
    assertThat(NewTokens.parse("8..96").lengths(1)).containsExactly(8);
    assertThat(NewTokens.parse("model").asModelEnds()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "9..8", "8..", "..8", "8...9", "Model", "100000"})
  void otherTextIsRefused(String text) {
    assertThatThrownBy(() -> NewTokens.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: N, MIN..MAX");
  }

  private static int[] sorted(int[] values) {
    int[] copy = values.clone();
    Arrays.sort(copy);
    return copy;
  }
}
