package io.groundstream.console.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalDetectionTest {
  private final List<String> asked = new ArrayList<>();

  private TerminalGraphics detect(String answer, String... environment) {
    Map<String, String> variables = new HashMap<>();
    for (int i = 0; i < environment.length; i += 2) {
      variables.put(environment[i], environment[i + 1]);
    }
    return TerminalDetection.detect(
        variables,
        question -> {
          asked.add(question);
          return answer.replace("ESC", "\u001b");
        });
  }

  /** What terminals answer, as their sources and users report it. */
  @ParameterizedTest
  @CsvSource({
    "xterm-256color, ESC[?64;1;2;6;9;15;16;17;18;21;22;28c, NONE", // xterm
    "xterm-256color, ESC[?64;1;2;4;6;9;15;16;17;18;21;22;28c, SIXEL", // xterm -ti vt340
    "xterm-256color, ESC_Gi=31;OKESC\\ESC[?62;c, KITTY", // kitty with another TERM
    "xterm-256color, ESC_Gi=31;OKESC\\ESC[?62;4;22c, KITTY", // both
    "xterm-256color, ESC_Gi=31;ENOTSUPPORTED:noESC\\ESC[?62;4;22c, SIXEL",
    "xterm-256color, ESC[?62;22;52c, NONE",
    "xterm-256color, ESC[?61;4;6;7;14;21;22;23;24;28;32;42c, SIXEL", // Windows Terminal
    "vt340, ESC[?4c, NONE", // a class of terminals, not an attribute
    "xterm-256color, '', NONE", // no answer
    "xterm-256color, garbage[?c, NONE",
  })
  void aTerminalSaysWhatItCan(String term, String answer, TerminalGraphics expected) {
    assertThat(detect(answer, "TERM", term)).isEqualTo(expected);
    assertThat(asked).containsExactly(TerminalDetection.KITTY + TerminalDetection.ATTRIBUTES);
  }

  @ParameterizedTest
  @CsvSource({
    "xterm-kitty, KITTY",
    "xterm-ghostty, KITTY",
    "foot, SIXEL",
    "foot-extra, SIXEL",
    "mlterm, SIXEL",
    "dumb, NONE",
    "linux, NONE",
    "'', NONE"
  })
  void someTerminalsAreKnownByName(String term, TerminalGraphics expected) {
    assertThat(detect("ESC[?62;4c", "TERM", term)).isEqualTo(expected);
    assertThat(asked).isEmpty();
  }

  @Test
  void withoutANameNothingIsAsked() {
    assertThat(detect("ESC[?62;4c")).isEqualTo(TerminalGraphics.NONE);
    assertThat(asked).isEmpty();
  }

  /** tmux and screen take Kitty's question for a window's title. */
  @ParameterizedTest
  @CsvSource({
    "xterm-kitty, TMUX, NONE, ESC[?1;2c",
    "tmux-256color, ANY, NONE, ESC[?1;2c",
    "tmux-256color, TMUX, SIXEL, ESC[?1;2;4c",
    "screen.xterm-256color, ANY, NONE, ESC[?1;2c",
    "xterm-256color, STY, NONE, ESC[?1;2c"
  })
  void multiplexersAreAskedForSixelsAlone(
      String term, String variable, TerminalGraphics expected, String answer) {
    assertThat(detect(answer, "TERM", term, variable, "x", "KITTY_WINDOW_ID", "1"))
        .isEqualTo(expected);
    assertThat(asked).containsExactly(TerminalDetection.ATTRIBUTES);
  }
}
