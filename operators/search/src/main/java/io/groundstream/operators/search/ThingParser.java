package io.groundstream.operators.search;

import io.groundstream.operators.index.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads things with their sizes, places and measures, and the relations between them. */
final class ThingParser {
  private static final Set<String> ARTICLES = Set.of("a", "an", "the");
  private static final Set<String> ANYTHING = Set.of("anything", "something");
  private static final Set<String> BEFORE_PLACE = Set.of("in", "on", "at");
  private static final Set<String> JOINING = Set.of("and", "or", "not");
  private static final Set<String> SIDES = Set.of("left", "right");

  /** Relations by their words, the longest words first: some are the beginning of others. */
  private static final Map<String, Relation> RELATIONS = new TreeMap<>(ThingParser::longerFirst);

  private static final Map<String, Size> SIZES = new TreeMap<>();

  static {
    for (Relation relation : Relation.values()) {
      relation.words().forEach(words -> RELATIONS.put(words, relation));
    }
    for (Size size : Size.values()) {
      size.words().forEach(word -> SIZES.put(word, size));
    }
  }

  private final TokenReader tokens;
  private final MeasureParser measures;

  ThingParser(TokenReader tokens) {
    this.tokens = tokens;
    this.measures = new MeasureParser(tokens);
  }

  Thing parse() throws SearchSyntaxException {
    boolean article = false;
    while (ARTICLES.contains(tokens.peek().lowerCase()) && tokens.peek().is(Token.Kind.WORD)) {
      tokens.take();
      article = true;
    }
    List<BoxCondition> conditions = new ArrayList<>();
    Phrase phrase = null;
    if (article || !measures.comes(0)) {
      Size size = tokens.peek().is(Token.Kind.WORD) ? SIZES.get(tokens.peek().lowerCase()) : null;
      if (size != null) {
        String word = tokens.take().lowerCase();
        conditions.add(new BoxCondition.OfSize(size));
        if (!tokens.peek().is(Token.Kind.QUOTED) && endsPhrase(0)) {
          throw tokens.unexpected(
              tokens.peek(), "what is " + word, word + " dog, or " + word + " anything");
        }
      }
      phrase = phrase();
    }
    while (true) {
      Token token = tokens.peek();
      if (token.is(Token.Kind.WORD)
          && BEFORE_PLACE.contains(token.lowerCase())
          && relation() == null) {
        conditions.add(place());
      } else if (measures.comes(0)) {
        conditions.add(measures.parse());
      } else if (tokens.peek().isWord("with") && measures.comes(1)) {
        tokens.take();
        conditions.add(measures.parse());
      } else {
        return new Thing(phrase, conditions);
      }
    }
  }

  /** Returns the relation that comes next, or null. */
  @Nullable Relation relation() {
    return relationAt(0) == null ? null : RELATIONS.get(relationAt(0));
  }

  /** Takes the relation that comes next; returns null if none does. */
  @Nullable Relation takeRelation() {
    String words = relationAt(0);
    if (words == null) {
      return null;
    }
    tokens.skip((int) words.chars().filter(c -> c == ' ').count() + 1);
    return RELATIONS.get(words);
  }

  private @Nullable String relationAt(int ahead) {
    for (String words : RELATIONS.keySet()) {
      if (tokens.comes(ahead, words)) {
        return words;
      }
    }
    return null;
  }

  private @Nullable Phrase phrase() throws SearchSyntaxException {
    if (tokens.peek().is(Token.Kind.QUOTED)) {
      return new Phrase(tokens.take().text(), true);
    }
    List<String> words = new ArrayList<>();
    while (!endsPhrase(0)) {
      Token word = tokens.peek();
      if (SIDES.contains(word.lowerCase())) {
        throw tokens.error(
            word,
            word.lowerCase() + " alone is neither a relation nor a place",
            "%1$s of, in %1$s, or quotes around words that are text".formatted(word.lowerCase()),
            "dog %1$s of fire, or dog in %1$s, or \"%1$s hand\"".formatted(word.lowerCase()));
      }
      if (ANYTHING.contains(word.lowerCase()) && (!words.isEmpty() || !endsPhrase(1))) {
        throw tokens.error(
            word,
            word.lowerCase() + " stands for all phrases and goes with no other word",
            "it alone, or quotes around words that are text",
            "anything left of fire");
      }
      words.add(tokens.take().text());
    }
    if (words.isEmpty()) {
      throw tokens.unexpected(
          tokens.peek(),
          "a phrase such as dog, the word anything, or a field such as attribute:camera=front",
          "dog left of fire");
    }
    boolean anything =
        words.size() == 1 && ANYTHING.contains(words.get(0).toLowerCase(Locale.ROOT));
    return anything ? null : new Phrase(String.join(" ", words), false);
  }

  /** Returns whether the token that is so far ahead ends a phrase without quotes. */
  private boolean endsPhrase(int ahead) {
    Token token = tokens.peek(ahead);
    if (!token.is(Token.Kind.WORD)) {
      return true;
    }
    String word = token.lowerCase();
    return JOINING.contains(word)
        || BEFORE_PLACE.contains(word)
        || relationAt(ahead) != null
        || measures.comes(ahead)
        || (word.equals("with") && measures.comes(ahead + 1))
        || FieldParser.comesAt(tokens, ahead);
  }

  private BoxCondition place() throws SearchSyntaxException {
    Token in = tokens.take();
    tokens.takeIfWord("the");
    Token first = tokens.peek();
    List<String> words = new ArrayList<>();
    while (tokens.peek().is(Token.Kind.WORD)
        && words.size() < 2
        && (words.isEmpty() || relation() == null)) {
      String[] pieces = tokens.peek().lowerCase().split("-", 3);
      if (!List.of(pieces).stream().allMatch(ThingParser::isPlaceWord)) {
        break;
      }
      tokens.take();
      words.addAll(List.of(pieces));
    }
    BoxCondition place = place(words);
    if (place == null) {
      throw tokens.error(
          first,
          first.is(Token.Kind.END)
              ? "the query ends here"
              : String.join(" ", words.isEmpty() ? List.of(first.text()) : words)
                  + " is not a place in an image",
          "after %s: top, middle or bottom, left, centre or right, or both; for a box within"
                  .formatted(in.lowerCase())
              + " another inside; quotes around words that are text",
          "dog in top left, or dog inside house, or \"dog in snow\"");
    }
    tokens.takeIfWord("corner");
    return place;
  }

  private static boolean isPlaceWord(String word) {
    return vertical(word) != null || horizontal(word) != null;
  }

  private static @Nullable BoxCondition place(List<String> words) {
    if (words.size() == 1) {
      Vertical vertical = vertical(words.get(0));
      Horizontal horizontal = horizontal(words.get(0));
      return vertical == null && horizontal == null
          ? null
          : new BoxCondition.InPlace(vertical, horizontal);
    }
    if (words.size() == 2) {
      Vertical vertical = vertical(words.get(0));
      Horizontal horizontal = horizontal(words.get(1));
      if (vertical == null || horizontal == null) {
        vertical = vertical(words.get(1));
        horizontal = horizontal(words.get(0));
      }
      return vertical == null || horizontal == null
          ? null
          : new BoxCondition.InPlace(vertical, horizontal);
    }
    return null;
  }

  private static @Nullable Vertical vertical(String word) {
    for (Vertical vertical : Vertical.values()) {
      if (vertical.words().contains(word)) {
        return vertical;
      }
    }
    return null;
  }

  private static @Nullable Horizontal horizontal(String word) {
    for (Horizontal horizontal : Horizontal.values()) {
      if (horizontal.words().contains(word)) {
        return horizontal;
      }
    }
    return null;
  }

  private static int longerFirst(String one, String other) {
    int byLength = Integer.compare(other.length(), one.length());
    return byLength != 0 ? byLength : one.compareTo(other);
  }
}
