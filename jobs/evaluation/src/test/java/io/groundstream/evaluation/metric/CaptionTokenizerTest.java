package io.groundstream.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaptionTokenizerTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "A man, in a red T-shirt, smiles.|a man in a red t-shirt smiles",
        "It's the dog's ball; the dogs' bowl isn't here!|it 's the dog 's ball the dogs bowl is"
            + " n't here",
        "They cannot, won't and can't|they can not wo n't and ca n't",
        "\"Stop\" (a sign) at 10:30 ... for 1,000 people|stop a sign at 10:30 for 1,000 people",
        "Mr. Smith -- a U.S. man|mr. smith a u.s. man",
        "Caf\u00e9 \u2014 \u201copen\u201d & more, 50%|caf\u00e9 open & more 50 %",
        "I've two 'cats'|i 've two cats"
      })
  void splitsAsThePennTreebank(String caption, String words) {
    assertThat(String.join(" ", CaptionTokenizer.words(caption))).isEqualTo(words);
  }
}
