package io.groundstream.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The expected values are those of a separate program (dense vectors in numpy) that follows the
 * published formula: with g(n) the tf·(ln N − ln max(1, df)) vector of n-grams, the mean over n of
 * min(g_c, g_r)·g_r / (|g_c||g_r|)·exp(−(l_c − l_r)²/72), the mean over references, times 10.
 */
class CiderDTest {
  private static final List<List<List<String>>> REFERENCES =
      List.of(
          words("a dog lies on a red sofa", "the dog is on the sofa"),
          words("two cats play with a ball", "two small cats"),
          words("a red bus in the street", "a bus drives down the street"));

  private final CiderD cider = new CiderD(REFERENCES);

  @Test
  void equalsAnIndependentComputation() {
    assertThat(score("a dog on a red sofa", 0)).isCloseTo(3.812695092746023, within(1e-12));
    assertThat(score("two cats", 1)).isCloseTo(2.0872077401234206, within(1e-12));
    assertThat(score("a red bus in the street", 2)).isCloseTo(6.000669677341968, within(1e-12));
  }

  @Test
  void repeatedWordsDoNotRaiseTheScore() {
    assertThat(score("two cats cats cats cats cats", 1)).isLessThan(score("two cats", 1));
  }

  @Test
  void captionsWithoutCommonWordsHaveNoScore() {
    assertThat(score("people", 0)).isZero();
    assertThat(score("", 0)).isZero();
  }

  @Test
  void aReferenceItselfHasTheHighestScore() {
    List<List<List<String>>> single =
        List.of(words("a dog lies on a red sofa"), words("two small cats play"));

    assertThat(new CiderD(single).score(single.get(0).get(0), single.get(0)))
        .isCloseTo(10, within(1e-12));
  }

  private double score(String caption, int image) {
    return cider.score(words(caption).get(0), REFERENCES.get(image));
  }

  private static List<List<String>> words(String... captions) {
    return Stream.of(captions)
        .map(caption -> caption.isEmpty() ? List.<String>of() : List.of(caption.split(" ")))
        .toList();
  }
}
