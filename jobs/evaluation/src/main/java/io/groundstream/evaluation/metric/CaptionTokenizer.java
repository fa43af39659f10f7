package io.groundstream.evaluation.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits captions into words in the manner of the Penn Treebank: lower case, clitics apart ({@code
 * don't} is {@code do n't}), hyphens kept within words, and punctuation dropped.
 *
 * <p>COCO's caption tools call Stanford's PTBTokenizer, whose licence (GPL) excludes it here. This
 * one agrees with it on the plain sentences of captions. It differs on rare forms: abbreviations
 * beyond the few that are listed, web addresses, emoticons, and fractions.
 */
public final class CaptionTokenizer {
  private static final Pattern TOKEN =
      Pattern.compile(
          // Initials and the abbreviations that keep their full stop.
          "(?:[a-z]\\.){2,}|(?:mr|mrs|ms|dr|st|vs|jr|sr|prof|ave|no)\\.(?=\\s+\\S)"
              // Numbers with their points and commas, and times such as 10:30.
              + "|\\d+(?:[.,:/]\\d+)+"
              // Words, with inner hyphens and apostrophes.
              + "|[\\p{L}\\p{M}\\p{N}]+(?:[-_'][\\p{L}\\p{M}\\p{N}]+)*"
              + "|'(?:s|m|d|re|ve|ll|em|til|tis|twas)\\b"
              + "|\\.{2,}|-{1,3}|\\S");

  private static final Pattern CLITIC =
      Pattern.compile("(.+?)(n't|'s|'m|'d|'re|'ve|'ll)", Pattern.DOTALL);

  private static final Map<String, List<String>> CONTRACTED =
      Map.of(
          "cannot", List.of("can", "not"),
          "gonna", List.of("gon", "na"),
          "gotta", List.of("got", "ta"),
          "wanna", List.of("wan", "na"),
          "gimme", List.of("gim", "me"),
          "lemme", List.of("lem", "me"));

  private static final Set<String> DROPPED =
      Set.of(
          "''", "'", "``", "`", "\"", "(", ")", "{", "}", "[", "]", ".", "?", "!", ",", ":", "-",
          "--", "---", "...", ";");

  private CaptionTokenizer() {}

  /** Returns the words of a caption, in order. */
  public static List<String> words(String caption) {
    List<String> words = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(normalized(caption));
    while (matcher.find()) {
      add(matcher.group(), words);
    }
    return words;
  }

  private static String normalized(String caption) {
    return caption
        .toLowerCase(Locale.ROOT)
        .replace('\u2018', '\'')
        .replace('\u2019', '\'')
        .replace('\u201c', '"')
        .replace('\u201d', '"')
        .replace("\u2026", "...")
        .replace('\u2013', '-')
        .replace('\u2014', '-');
  }

  private static void add(String token, List<String> words) {
    if (DROPPED.contains(token) || token.matches("\\.{2,}")) {
      return;
    }
    List<String> parts = CONTRACTED.get(token);
    if (parts != null) {
      words.addAll(parts);
      return;
    }
    Matcher clitic = CLITIC.matcher(token);
    if (token.length() > 2 && clitic.matches()) {
      add(clitic.group(1), words);
      words.add(clitic.group(2));
      return;
    }
    words.add(token);
  }
}
