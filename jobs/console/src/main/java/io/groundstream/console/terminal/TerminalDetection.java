package io.groundstream.console.terminal;

import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds out how a terminal shows images: by its name in {@code TERM} where that is enough, and else
 * by asking it. Other variables are no evidence, since programs inherit them in other terminals.
 */
public final class TerminalDetection {
  /** Set by the launcher, which can detect it, if standard output is a terminal. */
  private static final String OUTPUT_PROPERTY = "groundstream.terminal.out";

  /** Asks which attributes a terminal has; every terminal answers, so that waiting ends. */
  static final String ATTRIBUTES = "\u001b[c";

  /** Asks whether one pixel could be shown. */
  static final String KITTY = "\u001b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u001b\\";

  static final Pattern ATTRIBUTES_ANSWER = Pattern.compile("\u001b\\[\\?([0-9;]*)c");
  private static final String KITTY_ANSWER = "\u001b_Gi=31;OK";
  private static final String SIXEL_ATTRIBUTE = "4";

  private TerminalDetection() {}

  /** Returns whether standard output is a terminal. */
  public static boolean isTerminal() {
    return Boolean.getBoolean(OUTPUT_PROPERTY);
  }

  /**
   * Returns how the terminal of this process shows images. May ask it, and then waits for its
   * answer for at most a second.
   */
  public static TerminalGraphics detect() {
    return isTerminal() ? detect(System.getenv(), ControllingTerminal::ask) : TerminalGraphics.NONE;
  }

  /**
   * @param ask sends a question to the terminal and returns its answers, empty if there are none
   */
  static TerminalGraphics detect(Map<String, String> environment, UnaryOperator<String> ask) {
    String term = environment.getOrDefault("TERM", "");
    if (term.isEmpty() || term.equals("dumb") || term.equals("linux")) {
      return TerminalGraphics.NONE;
    }
    if (environment.containsKey("TMUX")
        || environment.containsKey("STY")
        || term.startsWith("tmux")
        || term.startsWith("screen")) {
      // They take Kitty's question for a title, and pass no images through.
      return read(ask.apply(ATTRIBUTES));
    }
    if (term.equals("xterm-kitty") || term.equals("xterm-ghostty")) {
      return TerminalGraphics.KITTY;
    }
    if (term.equals("foot") || term.startsWith("foot-") || term.equals("mlterm")) {
      return TerminalGraphics.SIXEL;
    }
    return read(ask.apply(KITTY + ATTRIBUTES));
  }

  private static TerminalGraphics read(String answers) {
    if (answers.contains(KITTY_ANSWER)) {
      return TerminalGraphics.KITTY;
    }
    Matcher attributes = ATTRIBUTES_ANSWER.matcher(answers);
    return attributes.find()
            && Arrays.stream(attributes.group(1).split(";", -1))
                // The first one is a class of terminals.
                .skip(1)
                .anyMatch(SIXEL_ATTRIBUTE::equals)
        ? TerminalGraphics.SIXEL
        : TerminalGraphics.NONE;
  }
}
