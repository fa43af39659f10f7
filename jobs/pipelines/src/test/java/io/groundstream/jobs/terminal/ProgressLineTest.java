package io.groundstream.jobs.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The format of the remaining time. */
class ProgressLineTest {
  @ParameterizedTest
  @CsvSource({
    "0.4, 0 s",
    "119, 119 s",
    "120, 2 min",
    "7000, 117 min",
    "9000, 2.5 h",
    "172800, 2.0 days",
    "90000000, '1,041.7 days'"
  })
  void durationsHaveUnitsOfTheirSize(double seconds, String expected) {
    assertThat(ProgressLine.duration(seconds)).isEqualTo(expected);
  }
}
