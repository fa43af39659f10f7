package io.groundstream.evaluation.metric;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares answers to visual questions as VQA's evaluation code does. */
public final class VqaAnswers {
  private static final String[] PUNCTUATION = {
    ";", "/", "[", "]", "\"", "{", "}", "(", ")", "=", "+", "\\", "_", "-", ">", "<", "@", "`", ",",
    "?", "!"
  };

  private static final Pattern DIGITS_AROUND_COMMA = Pattern.compile("\\d,\\d");
  private static final Pattern FULL_STOP = Pattern.compile("\\.(?!\\d)");

  /** The tool passes a flag where its regular expressions take a count. */
  private static final int REMOVED_FULL_STOPS = 32;

  private static final Set<String> ARTICLES = Set.of("a", "an", "the");

  private static final Map<String, String> NUMBERS =
      Map.ofEntries(
          Map.entry("none", "0"),
          Map.entry("zero", "0"),
          Map.entry("one", "1"),
          Map.entry("two", "2"),
          Map.entry("three", "3"),
          Map.entry("four", "4"),
          Map.entry("five", "5"),
          Map.entry("six", "6"),
          Map.entry("seven", "7"),
          Map.entry("eight", "8"),
          Map.entry("nine", "9"),
          Map.entry("ten", "10"));

  /** Those that the tool knows; each is restored if exactly one of its apostrophes is missing. */
  private static final List<String> CONTRACTIONS =
      List.of(
          """
          ain't aren't can't could've couldn't couldn't've didn't doesn't don't hadn't hadn't've
          hasn't haven't he'd he'd've he's how'd how'll how's isn't it'd it'd've it'll ma'am
          mightn't mightn't've might've mustn't must've needn't not've o'clock oughtn't 'ow's'at
          shan't she'd've should've shouldn't shouldn't've somebody'd've somebody'll somebody's
          someone'd someone'd've someone'll someone's something'd something'd've something'll
          that's there'd there'd've there're there's they'd they'd've they'll they're they've
          'twas wasn't we'd've we've weren't what'll what're what's what've when's where'd
          where's where've who'd who'd've who'll who's who've why'll why're why's won't would've
          wouldn't wouldn't've y'all y'all'll y'all'd've you'd you'd've you'll you're you've
          """
              .split("\\s+"));

  private static final Map<String, String> RESTORED = restored();

  private VqaAnswers() {}

  /**
   * Returns the accuracy of an answer: the mean, over the sets of all references but one, of {@code
   * min(1, matches / 3)}. With ten references, three equal ones make 0.9 and four make 1.
   *
   * @param references the people's answers; at least one
   */
  public static double accuracy(String answer, List<String> references) {
    List<String> expected = references.stream().map(VqaAnswers::onOneLine).toList();
    if (Set.copyOf(expected).size() > 1) {
      expected = expected.stream().map(VqaAnswers::withoutPunctuation).toList();
    }
    String given = normalized(answer);
    int matches = (int) expected.stream().filter(given::equals).count();
    double sum = 0;
    for (String left : expected) {
      int others = left.equals(given) ? matches - 1 : matches;
      sum += Math.min(1, others / 3.0);
    }
    return sum / expected.size();
  }

  /**
   * Returns an answer in the form in which it is compared: without punctuation and articles, in
   * lower case, number words as digits, and apostrophes restored.
   */
  public static String normalized(String answer) {
    StringBuilder words = new StringBuilder();
    for (String word :
        withoutPunctuation(onOneLine(answer)).toLowerCase(Locale.ROOT).split("\\s+", -1)) {
      String plain = NUMBERS.getOrDefault(word, word);
      if (!plain.isEmpty() && !ARTICLES.contains(plain)) {
        words.append(words.isEmpty() ? "" : " ").append(RESTORED.getOrDefault(plain, plain));
      }
    }
    return words.toString();
  }

  private static String onOneLine(String answer) {
    return answer.replace('\n', ' ').replace('\t', ' ').strip();
  }

  /**
   * A mark beside a space anywhere, or in an answer with a comma within a number, is deleted; any
   * other becomes a space.
   */
  private static String withoutPunctuation(String answer) {
    boolean number = DIGITS_AROUND_COMMA.matcher(answer).find();
    String text = answer;
    for (String mark : PUNCTUATION) {
      boolean deleted = number || answer.contains(mark + " ") || answer.contains(" " + mark);
      text = text.replace(mark, deleted ? "" : " ");
    }
    Matcher fullStop = FULL_STOP.matcher(text);
    StringBuilder result = new StringBuilder();
    for (int count = 0; count < REMOVED_FULL_STOPS && fullStop.find(); count++) {
      fullStop.appendReplacement(result, "");
    }
    fullStop.appendTail(result);
    return result.toString();
  }

  private static Map<String, String> restored() {
    Map<String, String> restored = new HashMap<>();
    for (String contraction : CONTRACTIONS) {
      for (int index = 0; index < contraction.length(); index++) {
        if (contraction.charAt(index) == '\'') {
          restored.put(
              contraction.substring(0, index) + contraction.substring(index + 1), contraction);
        }
      }
    }
    // The tool's table has this one the wrong way round.
    restored.put("somebody'd", "somebodyd");
    return Map.copyOf(restored);
  }
}
