package io.groundstream.operators.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.operators.index.Relation;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class QueryParserTest {
  @Test
  void relationsBindTighterThanNotAndThatTighterThanAndAndThatTighterThanOr() throws Exception {
    Query dogLeftOfFire = new Query.Related(thing("dog"), Relation.LEFT_OF, thing("fire"));

    assertThat(QueryParser.parse("dog left of fire and not cat or tree"))
        .isEqualTo(
            new Query.AnyOf(
                List.of(
                    new Query.AllOf(
                        List.of(dogLeftOfFire, new Query.Not(new Query.Shows(thing("cat"))))),
                    new Query.Shows(thing("tree")))));
    assertThat(QueryParser.parse("NOT (dog Left Of fire OR tree)"))
        .isEqualTo(
            new Query.Not(new Query.AnyOf(List.of(dogLeftOfFire, new Query.Shows(thing("tree"))))));
  }

  @Test
  void sizesAreWordsAndInQuotesText() throws Exception {
    assertThat(QueryParser.parse("\"large dog\" near tree"))
        .isEqualTo(
            new Query.Related(
                new Thing(new Phrase("large dog", true), List.of()), Relation.NEAR, thing("tree")));
    assertThat(QueryParser.parse("a big dog near the tree"))
        .isEqualTo(
            new Query.Related(
                thing("dog", new BoxCondition.OfSize(Size.LARGE)), Relation.NEAR, thing("tree")));
    assertThat(QueryParser.parse("small anything"))
        .isEqualTo(new Query.Shows(new Thing(null, List.of(new BoxCondition.OfSize(Size.SMALL)))));
    assertThat(QueryParser.parse("small \"fire truck\""))
        .isEqualTo(
            new Query.Shows(
                new Thing(
                    new Phrase("fire truck", true), List.of(new BoxCondition.OfSize(Size.SMALL)))));
  }

  @Test
  void thingsOnBothSidesHaveConditions() throws Exception {
    assertThat(
            QueryParser.parse(
                "large dog in top left with confidence >= .5 left of fire truck area above 20 %"))
        .isEqualTo(
            new Query.Related(
                thing(
                    "dog",
                    new BoxCondition.OfSize(Size.LARGE),
                    new BoxCondition.InPlace(Vertical.TOP, Horizontal.LEFT),
                    new BoxCondition.OfMeasure(
                        Measure.CONFIDENCE, Comparison.AT_LEAST, new BigDecimal("0.5"))),
                Relation.LEFT_OF,
                thing(
                    "fire truck",
                    new BoxCondition.OfMeasure(
                        Measure.AREA, Comparison.GREATER, new BigDecimal("0.2")))));
  }

  @ParameterizedTest
  @CsvSource({
    "in top left, TOP, LEFT",
    "in the bottom-right corner, BOTTOM, RIGHT",
    "at the top, TOP,",
    "on the left, , LEFT",
    "in right lower, BOTTOM, RIGHT",
    "in the middle, MIDDLE, CENTRE",
    "in Center, MIDDLE, CENTRE",
    "in middle left, MIDDLE, LEFT",
    "in top centre, TOP, CENTRE",
    "in upper middle, TOP, CENTRE",
  })
  void placesAreThirds(String place, @Nullable Vertical vertical, @Nullable Horizontal horizontal)
      throws Exception {
    assertThat(QueryParser.parse("a dog " + place))
        .isEqualTo(new Query.Shows(thing("dog", new BoxCondition.InPlace(vertical, horizontal))));
  }

  @ParameterizedTest
  @EnumSource(Relation.class)
  void relationsHaveAllTheirWords(Relation relation) throws Exception {
    assertThat(relation.words()).isNotEmpty();
    for (String words : relation.words()) {
      assertThat(QueryParser.parse("a dog " + words + " the fire"))
          .as(words)
          .isEqualTo(new Query.Related(thing("dog"), relation, thing("fire")));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "area > 20%, AREA, GREATER, 0.2",
    "area>20%, AREA, GREATER, 0.2",
    "area above 20 percent, AREA, GREATER, 0.2",
    "width < 0.25, WIDTH, LESS, 0.25",
    "height under 12.5%, HEIGHT, LESS, 0.125",
    "x at least 50%, X, AT_LEAST, 0.5",
    "y at most 1, Y, AT_MOST, 1",
    "confidence <= 0, CONFIDENCE, AT_MOST, 0",
    "confidence <= 100%, CONFIDENCE, AT_MOST, 1",
  })
  void measuresAreFractions(
      String condition, Measure measure, Comparison comparison, BigDecimal value) throws Exception {
    BoxCondition expected = new BoxCondition.OfMeasure(measure, comparison, value);

    assertThat(QueryParser.parse("dog " + condition))
        .isEqualTo(new Query.Shows(thing("dog", expected)));
    assertThat(QueryParser.parse("dog with " + condition + " left of fire"))
        .isEqualTo(new Query.Related(thing("dog", expected), Relation.LEFT_OF, thing("fire")));
    assertThat(QueryParser.parse(condition))
        .isEqualTo(new Query.Shows(new Thing(null, List.of(expected))));
  }

  @Test
  void attributesAreEqualBeginSoOrAreThere() throws Exception {
    assertThat(QueryParser.parse("attribute:camera=front"))
        .isEqualTo(new Query.Attribute("camera", "front", false));
    assertThat(QueryParser.parse("attribute:site.hall=\"hall 7 (\\\"B\\\")\""))
        .isEqualTo(new Query.Attribute("site.hall", "hall 7 (\"B\")", false));
    assertThat(QueryParser.parse("attribute:lens=f/2.8,50*"))
        .isEqualTo(new Query.Attribute("lens", "f/2.8,50", true));
    assertThat(QueryParser.parse("(attribute:\"the camera\")"))
        .isEqualTo(new Query.Attribute("the camera", null, false));
  }

  @Test
  void valuesMayHaveSignsInThem() throws Exception {
    assertThat(QueryParser.parse("revision:sha256:9f86* and model=kosmos-2"))
        .isEqualTo(
            new Query.AllOf(
                List.of(
                    new Query.Keyword(KeywordField.REVISION, "sha256:9f86", true),
                    new Query.Keyword(KeywordField.MODEL, "kosmos-2", false))));
    assertThat(QueryParser.parse("image:\"a*\""))
        .isEqualTo(new Query.Keyword(KeywordField.IMAGE, "a*", false));
  }

  @Test
  void textsAreWordsOrPhrases() throws Exception {
    assertThat(QueryParser.parse("caption:snow and answer:\"on the left\""))
        .isEqualTo(
            new Query.AllOf(
                List.of(
                    new Query.Text(TextField.CAPTION, new Phrase("snow", false)),
                    new Query.Text(TextField.ANSWER, new Phrase("on the left", true)))));
  }

  @Test
  void timesAreDaysInstantsOrAgo() throws Exception {
    Moment halfPastNine = new Moment.Exactly(Instant.parse("2026-01-31T09:30:00Z"));

    assertThat(QueryParser.parse("time >= 2026-01-01"))
        .isEqualTo(new Query.Time(Comparison.AT_LEAST, new Moment.Day(LocalDate.of(2026, 1, 1))));
    assertThat(QueryParser.parse("time=2026-01-01"))
        .isEqualTo(new Query.Time(Comparison.EQUAL, new Moment.Day(LocalDate.of(2026, 1, 1))));
    assertThat(
            List.of(
                QueryParser.parse("time < 2026-01-31T09:30Z"),
                QueryParser.parse("time < 2026-01-31T09:30:00"),
                QueryParser.parse("time < \"2026-01-31 09:30\""),
                QueryParser.parse("time < 2026-01-31t11:30:00+02:00")))
        .containsOnly(new Query.Time(Comparison.LESS, halfPastNine));
    assertThat(QueryParser.parse("time > now-2h"))
        .isEqualTo(new Query.Time(Comparison.GREATER, new Moment.Ago(2, 'h')));
  }

  @Test
  void aPlaceEndsWhereARelationBegins() throws Exception {
    BoxCondition left = new BoxCondition.InPlace(null, Horizontal.LEFT);

    assertThat(QueryParser.parse("dog in left left of fire"))
        .isEqualTo(new Query.Related(thing("dog", left), Relation.LEFT_OF, thing("fire")));
    assertThat(QueryParser.parse("dog on the left on the left of fire on the left"))
        .isEqualTo(new Query.Related(thing("dog", left), Relation.LEFT_OF, thing("fire", left)));
  }

  @Test
  void whatIsNoSyntaxHereIsText() throws Exception {
    assertThat(QueryParser.parse("a man with a hat"))
        .isEqualTo(new Query.Shows(thing("man with a hat")));
    assertThat(QueryParser.parse("bottle of wine under table top"))
        .isEqualTo(new Query.Related(thing("bottle of wine"), Relation.BELOW, thing("table top")));
    assertThat(QueryParser.parse("area and x"))
        .isEqualTo(
            new Query.AllOf(List.of(new Query.Shows(thing("area")), new Query.Shows(thing("x")))));
    assertThat(QueryParser.parse("“and not (dog)”"))
        .isEqualTo(new Query.Shows(new Thing(new Phrase("and not (dog)", true), List.of())));
    assertThat(QueryParser.parse("собака near 犬"))
        .isEqualTo(new Query.Related(thing("собака"), Relation.NEAR, thing("犬")));
  }

  private static Thing thing(String words, BoxCondition... conditions) {
    return new Thing(new Phrase(words, false), List.of(conditions));
  }
}
