package io.groundstream.operators.search;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.groundstream.operators.index.Relation;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every query, and for what is none. */
class QueryPropertyTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> PIECES =
      List.of(
          "dog",
          "fire",
          "a",
          "the",
          "large",
          "anything",
          "and",
          "or",
          "not",
          "left",
          "right",
          "of",
          "to",
          "in",
          "on",
          "top",
          "top-left",
          "middle",
          "corner",
          "above",
          "inside",
          "near",
          "next",
          "with",
          "area",
          "width",
          "x",
          "confidence",
          ">",
          ">=",
          "<",
          "=",
          "20",
          "%",
          "0.5",
          "120",
          "at",
          "least",
          "(",
          ")",
          "(",
          ")",
          "\"",
          "\"large dog\"",
          "“",
          "”",
          "\\",
          ":",
          ",",
          "*",
          "!",
          "attribute",
          "camera",
          "time",
          "2026-01-01",
          "T10:00",
          "now-2h",
          "image",
          "caption",
          "revision",
          "{",
          "}",
          "[",
          "]",
          "'",
          "\n",
          "\ud83d",
          "😀",
          "é",
          "\u0000");

  @Property(tries = 3000)
  void whatIsPrintedIsReadAsTheSame(@ForAll("queries") Query query) throws Exception {
    String printed = QueryPrinter.print(query);

    assertThat(QueryParser.parse(printed)).as(printed).isEqualTo(query);
  }

  @Property(tries = 3000)
  void anyTextIsAQueryOrAClearError(@ForAll String text) throws Exception {
    holdsForText(text);
  }

  @Property(tries = 6000)
  void anyPiecesAreAQueryOrAClearError(@ForAll("pieces") String text) throws Exception {
    holdsForText(text);
  }

  /** Twice the text takes twice the time, not four times: the most that is allowed is quick. */
  @Example
  void theLongestTextsAreReadAtOnce() throws Exception {
    for (String piece : PIECES) {
      String text =
          (piece + " ").repeat(QueryParser.MAX_LENGTH).substring(0, QueryParser.MAX_LENGTH);
      holdsForText(text);
      long start = System.nanoTime();
      holdsForText(text);
      assertThat((System.nanoTime() - start) / 1e6).as(piece + ", milliseconds").isLessThan(500);
    }
  }

  private static void holdsForText(String text) throws Exception {
    Query query;
    try {
      query = QueryParser.parse(text);
    } catch (SearchSyntaxException e) {
      assertThat(e.start()).isBetween(0, text.length());
      assertThat(e.end()).isBetween(e.start(), text.length());
      List<String> lines = String.valueOf(e.getMessage()).lines().toList();
      assertThat(lines).hasSize(5).allSatisfy(line -> assertThat(line).hasSizeLessThan(400));
      assertThat(lines.get(2)).matches(" +\\^+");
      assertThat(lines.get(3)).matches("expected: .+");
      return;
    }
    String printed = QueryPrinter.print(query);
    assertThat(QueryParser.parse(printed)).as(printed).isEqualTo(query);
    // It goes over the wire whole, and stays JSON.
    QueryTranslator.Translation translation = QueryTranslator.translate(query);
    byte[] bytes = JSON.writeValueAsBytes(translation.json());
    assertThat(JSON.readTree(PrettyJson.print(translation.json()))).isEqualTo(JSON.readTree(bytes));
    assertThat(names(translation.json()))
        .as("names in the JSON, none of which are the user's")
        .allMatch(name -> name.matches("[a-z_.]+") || name.startsWith("attributes."));
  }

  private static List<String> names(JsonNode json) {
    List<String> names = new ArrayList<>();
    json.fieldNames().forEachRemaining(names::add);
    json.forEach(value -> names.addAll(names(value)));
    return names;
  }

  @Provide
  Arbitrary<String> pieces() {
    return Combinators.combine(
            Arbitraries.of(PIECES).list().ofMaxSize(25), Arbitraries.of(" ", " ", " ", ""))
        .as((pieces, space) -> String.join(space, pieces));
  }

  @Provide
  Arbitrary<Query> queries() {
    return queries(3);
  }

  private static Arbitrary<Query> queries(int depth) {
    if (depth == 0) {
      return parts();
    }
    Arbitrary<List<Query>> several = queries(depth - 1).list().ofMinSize(2).ofMaxSize(3);
    return Arbitraries.oneOf(
        parts(),
        several.map(Query.AllOf::new),
        several.map(Query.AnyOf::new),
        queries(depth - 1).map(Query.Not::new));
  }

  private static Arbitrary<Query> parts() {
    return Arbitraries.oneOf(
        things().map(Query.Shows::new),
        Combinators.combine(things(), Arbitraries.of(Relation.class), things())
            .as(Query.Related::new),
        Combinators.combine(Arbitraries.of(TextField.class), phrases())
            .as(Query.Text::new)
            .filter(text -> text.phrase().together()),
        Combinators.combine(Arbitraries.of(KeywordField.class), texts(), prefixes())
            .as(
                (field, value, prefix) ->
                    new Query.Keyword(field, prefix.isEmpty() ? value : prefix, !prefix.isEmpty())),
        Combinators.combine(texts(), texts(), prefixes())
            .as(
                (key, value, prefix) ->
                    new Query.Attribute(key, prefix.isEmpty() ? value : prefix, !prefix.isEmpty())),
        texts().map(key -> new Query.Attribute(key, null, false)),
        times());
  }

  private static Arbitrary<Query> times() {
    Arbitrary<Moment> days =
        Arbitraries.longs()
            .between(-700_000, 2_900_000)
            .map(LocalDate::ofEpochDay)
            .map(Moment.Day::new);
    Arbitrary<Moment> instants =
        Arbitraries.longs()
            .between(-60_000_000_000_000L, 250_000_000_000_000L)
            .map(Instant::ofEpochMilli)
            .map(Moment.Exactly::new);
    Arbitrary<Moment> ago =
        Combinators.combine(
                Arbitraries.integers().between(1, 999_999), Arbitraries.of('s', 'm', 'h', 'd', 'w'))
            .as(Moment.Ago::new);
    return Combinators.combine(
            Arbitraries.of(Comparison.class), Arbitraries.oneOf(days, instants, ago))
        .as(
            (comparison, moment) ->
                new Query.Time(
                    comparison == Comparison.EQUAL && !(moment instanceof Moment.Day)
                        ? Comparison.LESS
                        : comparison,
                    moment));
  }

  private static Arbitrary<Thing> things() {
    Arbitrary<List<BoxCondition>> conditions =
        Combinators.combine(
                Arbitraries.of(Size.class).map(BoxCondition.OfSize::new).optional(),
                Arbitraries.oneOf(places(), measures()).list().ofMaxSize(3))
            .as(
                (size, others) -> {
                  List<BoxCondition> all = new ArrayList<>();
                  size.ifPresent(all::add);
                  all.addAll(others);
                  return all;
                });
    return Combinators.combine(phrases().injectNull(0.1), conditions).as(Thing::new);
  }

  private static Arbitrary<BoxCondition> places() {
    return Combinators.combine(
            Arbitraries.of(Vertical.class).injectNull(0.3),
            Arbitraries.of(Horizontal.class).injectNull(0.3))
        .as(BoxCondition.InPlace::new)
        // The middle alone is that of the picture.
        .filter(
            place ->
                place.vertical() == null
                    ? place.horizontal() == Horizontal.LEFT
                        || place.horizontal() == Horizontal.RIGHT
                    : place.horizontal() != null || place.vertical() != Vertical.MIDDLE)
        .map(place -> place);
  }

  private static Arbitrary<BoxCondition> measures() {
    return Combinators.combine(
            Arbitraries.of(Measure.class),
            Arbitraries.of(
                Comparison.GREATER, Comparison.AT_LEAST, Comparison.LESS, Comparison.AT_MOST),
            Arbitraries.bigDecimals().between(BigDecimal.ZERO, BigDecimal.ONE).ofScale(6))
        .as(
            (measure, comparison, value) ->
                new BoxCondition.OfMeasure(
                    measure,
                    comparison,
                    value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros()));
  }

  private static Arbitrary<Phrase> phrases() {
    Arbitrary<Phrase> words =
        Arbitraries.of(
                "dog",
                "dogs",
                "fire",
                "犬",
                "two",
                "wine-bottle",
                "O'Brien",
                "area",
                "x",
                "time",
                "top",
                "bottle of wine")
            .list()
            .ofMinSize(1)
            .ofMaxSize(3)
            .map(list -> new Phrase(String.join(" ", list), false));
    return Arbitraries.oneOf(words, texts().map(text -> new Phrase(text, true)));
  }

  private static Arbitrary<String> texts() {
    return Arbitraries.oneOf(
            Arbitraries.strings().ofMinLength(1).ofMaxLength(8),
            Arbitraries.of(PIECES)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(pieces -> String.join(" ", pieces)))
        .filter(text -> !text.isBlank() && wellFormed(text));
  }

  private static Arbitrary<String> prefixes() {
    return Arbitraries.of(
        "", "", "a", "sha256:9f", "x=y", "f/2.8,", "<>%", "{\"a\"".replace("\"", ""));
  }

  private static boolean wellFormed(String text) {
    return text.codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }
}
