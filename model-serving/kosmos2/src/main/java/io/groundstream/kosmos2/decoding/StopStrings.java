package io.groundstream.kosmos2.decoding;

import java.util.List;

/**
 * Ends a sequence with the token after which its text contains one of some texts, as the
 * reference's {@code stop_strings} does. The text is that of all tokens, including tags; it may
 * begin in the prompt, but must end in the last token, which may contain more.
 */
public final class StopStrings implements TokenRules.StopCondition {
  private final String[] tokenTexts;
  private final List<String> stops;
  private final int longest;

  /**
   * @param tokenTexts the text of each token id, with its leading space; not modified afterwards
   * @param stops at least one text, none of them empty
   */
  public StopStrings(String[] tokenTexts, List<String> stops) {
    this.tokenTexts = tokenTexts;
    this.stops = List.copyOf(stops);
    this.longest = stops.stream().mapToInt(String::length).max().orElse(0);
  }

  @Override
  public boolean stops(TokenView tokens) {
    int index = tokens.length() - 1;
    String last = text(tokens.get(index));
    StringBuilder before = new StringBuilder();
    while (--index >= 0 && before.length() < longest - 1) {
      before.insert(0, text(tokens.get(index)));
    }
    String tail = before + last;
    for (String stop : stops) {
      int from = Math.max(0, before.length() - stop.length() + 1);
      if (tail.indexOf(stop, from) >= 0) {
        return true;
      }
    }
    return false;
  }

  private String text(int token) {
    return token < tokenTexts.length ? tokenTexts[token] : "";
  }
}
