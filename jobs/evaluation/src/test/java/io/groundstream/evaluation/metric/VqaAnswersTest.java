package io.groundstream.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VqaAnswersTest {
  @ParameterizedTest
  @CsvSource({
    // k of ten people: each of those k leaves k − 1 others, each of the others leaves k.
    "0, 0",
    "1, 0.3",
    "2, 0.6",
    "3, 0.9",
    "4, 1",
    "10, 1"
  })
  void accuracyIsTheMeanOverNineOthers(int matches, double accuracy) {
    List<String> references = new ArrayList<>(Collections.nCopies(matches, "dog"));
    references.addAll(Collections.nCopies(10 - matches, "cat"));

    assertThat(VqaAnswers.accuracy("A dog.", references)).isCloseTo(accuracy, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "The Dog.|dog",
        "two|2",
        "none|0",
        "yes, it is|yes it is",
        "red/blue|red blue",
        "red / blue|red blue",
        "t-shirt|t shirt",
        "1,000|1000",
        "1,000-2,000|10002000",
        "2.5 m.|2.5 m",
        "dont|don't",
        "couldntve|couldntve",
        "couldnt've|couldn't've",
        "yalld've|yalld've",
        "y'alld've|y'all'd've",
        "hes|he's",
        "shes|shes",
        "lets|lets",
        "somebody'd|somebodyd",
        "(yes)|yes"
      })
  void normalisesAsTheTool(String answer, String normalized) {
    assertThat(VqaAnswers.normalized(answer)).isEqualTo(normalized);
  }

  @Test
  void unanimousReferencesAreComparedAsTheyAre() {
    // The answer loses its hyphen, and ten equal references keep theirs.
    assertThat(VqaAnswers.accuracy("t-shirt", Collections.nCopies(10, "t-shirt"))).isZero();
    List<String> divided = new ArrayList<>(Collections.nCopies(9, "t-shirt"));
    divided.add("shirt");
    assertThat(VqaAnswers.accuracy("t-shirt", divided)).isEqualTo(1);
  }

  @Test
  void onlyTheFirst32FullStopsAreRemoved() {
    assertThat(VqaAnswers.normalized("a".repeat(2) + ".".repeat(33))).isEqualTo("aa.");
  }
}
