package io.groundstream.operators.search;

import io.groundstream.operators.index.Relation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a query by recursive descent:
 *
 * <pre>
 * query    = all { "or" all }
 * all      = part { "and" part }
 * part     = "not" part | "(" query ")" | field | thing [ relation thing ]
 * thing    = [ "a" | "an" | "the" ] [ size ] phrase { condition }
 * phrase   = word { word } | quoted text | "anything"
 * condition = "in" place | [ "with" ] measure sign number
 * field    = "attribute" ":" name [ "=" value ] | "time" sign time | name ":" text or value
 * </pre>
 *
 * Letter case does not matter.
 */
final class QueryParser {
  /** More than people type; short enough that each part can return its own boxes. */
  static final int MAX_LENGTH = 2_000;

  static final int MAX_DEPTH = 20;
  static final int MAX_PARTS = 50;

  private static final String EXAMPLE = "dog left of fire and not cat";

  private final TokenReader tokens;
  private final ThingParser things;
  private final FieldParser fields;
  private int parts;

  private QueryParser(TokenReader tokens) {
    this.tokens = tokens;
    this.things = new ThingParser(tokens);
    this.fields = new FieldParser(tokens);
  }

  static Query parse(String query) throws SearchSyntaxException {
    if (query.length() > MAX_LENGTH) {
      throw new SearchSyntaxException(
          query,
          MAX_LENGTH,
          MAX_LENGTH,
          "the query is too long: " + query.length() + " characters",
          "at most " + MAX_LENGTH,
          EXAMPLE);
    }
    TokenReader tokens = new TokenReader(query);
    if (tokens.peek().is(Token.Kind.END)) {
      throw tokens.error(tokens.peek(), "the query is empty", "what an image must show", EXAMPLE);
    }
    QueryParser parser = new QueryParser(tokens);
    Query parsed = parser.anyOf(0);
    if (!tokens.peek().is(Token.Kind.END)) {
      throw parser.notTheEnd(parsed);
    }
    return parsed;
  }

  private Query anyOf(int depth) throws SearchSyntaxException {
    List<Query> found = new ArrayList<>();
    do {
      found.add(allOf(depth));
    } while (tokens.takeIfWord("or"));
    return found.size() == 1 ? found.get(0) : new Query.AnyOf(found);
  }

  private Query allOf(int depth) throws SearchSyntaxException {
    List<Query> found = new ArrayList<>();
    do {
      found.add(part(depth));
    } while (tokens.takeIfWord("and"));
    return found.size() == 1 ? found.get(0) : new Query.AllOf(found);
  }

  private Query part(int depth) throws SearchSyntaxException {
    Token first = tokens.peek();
    if (first.isWord("not") || first.is(Token.Kind.OPEN)) {
      if (depth == MAX_DEPTH) {
        throw tokens.error(
            first,
            "this is nested too deep",
            "at most " + MAX_DEPTH + " levels of parentheses and not",
            EXAMPLE);
      }
      tokens.take();
      return first.is(Token.Kind.OPEN) ? closed(first, depth) : new Query.Not(part(depth + 1));
    }
    if (++parts > MAX_PARTS) {
      throw tokens.error(
          first,
          "the query has too many parts",
          "at most " + MAX_PARTS + " joined by and, or, not",
          EXAMPLE);
    }
    return fields.comes() ? fields.parse() : thingOrRelation();
  }

  private Query closed(Token open, int depth) throws SearchSyntaxException {
    Query inner = anyOf(depth + 1);
    if (tokens.peek().is(Token.Kind.END)) {
      throw tokens.error(
          open, "this parenthesis is never closed", "a ) after it", "dog and (fire or tree)");
    }
    if (!tokens.takeIf(Token.Kind.CLOSE)) {
      throw notTheEnd(inner);
    }
    if (things.relation() != null) {
      throw relationOfParentheses();
    }
    return inner;
  }

  private Query thingOrRelation() throws SearchSyntaxException {
    Thing subject = things.parse();
    Relation relation = things.takeRelation();
    if (relation == null) {
      return new Query.Shows(subject);
    }
    if (tokens.peek().is(Token.Kind.OPEN)) {
      throw relationOfParentheses();
    }
    if (fields.comes()) {
      throw tokens.unexpected(
          tokens.peek(),
          "a second thing, to which the first is " + relation.words().get(0),
          "dog " + relation.words().get(0) + " fire");
    }
    return new Query.Related(subject, relation, things.parse());
  }

  private SearchSyntaxException relationOfParentheses() {
    return tokens.unexpected(
        tokens.peek(),
        "a relation between two things, and the whole of it for each other thing",
        "dog left of fire or dog left of tree");
  }

  /** Returns the error where a part has ended, but neither the query nor its parentheses. */
  private SearchSyntaxException notTheEnd(Query before) {
    Token token = tokens.peek();
    @Nullable Relation second = things.relation();
    if (second != null && before instanceof Query.Related) {
      return tokens.error(
          token,
          "a relation has two sides, and this would be a third",
          "and, then the second relation in full",
          "dog left of fire and dog " + second.words().get(0) + " tree");
    }
    return switch (token.kind()) {
      case CLOSE ->
          tokens.error(
              token, "there is no parenthesis to close", "a ( before it", "dog and (fire or tree)");
      case COMMA ->
          tokens.error(token, "a comma joins nothing", "the word and, or, or not", EXAMPLE);
      case WORD, QUOTED, OPEN, COLON, PERCENT, SIGN, END -> {
        boolean negated = token.isWord("not");
        yield tokens.unexpected(
            token,
            negated
                ? "and before not, or not before the whole relation"
                : "and, or, a relation such as left of, a place such as in top left, a measure"
                    + " such as area > 20%, or the end; words that are text go into quotes",
            negated ? "dog and not dog left of fire" : EXAMPLE);
      }
    };
  }
}
