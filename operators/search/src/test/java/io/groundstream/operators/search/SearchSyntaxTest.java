package io.groundstream.operators.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The messages for queries that cannot be parsed. */
class SearchSyntaxTest {
  @Test
  void messagesShowThePlaceWhatWasExpectedAndAnExample() {
    assertThat(failure("dog area > 120% and cat"))
        .hasMessage(
            String.join(
                System.lineSeparator(),
                "query, character 12: this is more than the whole",
                "  dog area > 120% and cat",
                "             ^^^^",
                "expected: from 0% to 100%, or a fraction from 0 to 1",
                "for example: dog area > 20%"));
  }

  @Test
  void longAndStrangeQueriesAreShownInOneLineWithTheMarkInPlace() {
    String query = "dog and ".repeat(30) + "\n\u001b[2J😀犬 , cat and " + "tree and ".repeat(10);

    String[] lines = String.valueOf(failure(query).getMessage()).split("\\R");

    assertThat(lines).hasSize(5);
    assertThat(lines[1]).startsWith("  …").endsWith("…").contains("😀犬 , cat");
    assertThat(lines[1].chars()).noneMatch(Character::isISOControl);
    int place = lines[1].codePointCount(0, lines[1].indexOf(','));
    assertThat(lines[2]).isEqualTo(" ".repeat(place) + "^");
  }

  /** The place is marked with square brackets; empty ones are before what is between them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]                      | the query is empty               | what an image must show",
        "dog [left] fire         | left alone is neither a relation | left of, in left, or quotes",
        "dog left of[]           | the query ends here              | a phrase such as dog",
        "dog left of [and] cat   | this does not belong here        | a phrase such as dog",
        "dog left of [(]fire or tree) | this does not belong here   | for each other thing",
        "(dog or cat) [left] of fire  | this does not belong here   | for each other thing",
        "dog left of fire [above] tree | a relation has two sides   | and, then the second",
        "dog [not] cat           | this does not belong here        | and before not",
        "dog [,] cat             | a comma joins nothing            | and, or, or not",
        "dog and (cat or fire) [)] | there is no parenthesis to close | a ( before it",
        "[(]dog and cat          | this parenthesis is never closed | a ) after it",
        "()dog                   | this does not belong here        | a phrase such as dog",
        "dog or[]                | the query ends here              | a phrase such as dog",
        "dog near [\"]large cat  | this quote is never closed       | a second \"",
        "dog near [“]large cat\" | this quote is never closed       | a closing ”",
        "dog near [\" \"]        | there is nothing in the quotes   | words",
        "dog in [house]          | house is not a place in an image | inside; quotes around",
        "dog in left [of] fire   | this does not belong here        | left of",
        "dog in the[]            | the query ends here              | top, middle or bottom",
        "dog in [top] bottom     | top bottom is not a place       | top, middle or bottom",
        "large[]                 | the query ends here              | what is large",
        "large [near] tree       | this does not belong here        | what is large",
        "[anything] red          | anything stands for all phrases  | it alone",
        "dog area > [20]         | this is more than 1              | a fraction from 0 to 1",
        "dog area > [100.1%]     | this is more than the whole      | from 0% to 100%",
        "dog area > [-5]%        | this is not a number             | a percentage such as 20%",
        "dog area > [large]      | this is not a number             | a percentage such as 20%",
        "dog area >[]            | the query ends here              | a number such as 20%",
        "dog area [=] 20%        | hardly ever equal                | >, >=, < or <=",
        "dog [aera] > 20%        | this does not belong here        | a measure such as area",
        "[aera] > 20%            | aera is not a field              | a measure of a box: area",
        "[colour]:red            | colour is not a field            | attribute, time, caption",
        "dog [attribute]:a=b     | this does not belong here        | and, or, a relation",
        "dog left of [image]:a   | this does not belong here        | a second thing",
        "attribute:camera=[]     | the query ends here              | a value",
        "attribute:camera [>] 5  | attributes are texts             | =",
        "attribute:[]            | the query ends here              | the attribute's name",
        "attribute:a[:]b         | a second colon                   | = and the value",
        "image:[]                | the query ends here              | a value",
        "image [>] 5             | image is a text                  | a colon",
        "image:a[*]b             | an asterisk stands for           | quotes where the asterisk",
        "image:[*]               | an asterisk stands for           | quotes where the asterisk",
        "caption:[(]dog)         | this does not belong here        | words in quotes",
        "time >= [2026-13-01]    | this is not a time that exists   | a day such as 2026-01-31",
        "time >= [2026-02-30]    | this is not a time that exists   | a day such as 2026-01-31",
        "time >= [yesterday]     | this is not a time that exists   | now-2h",
        "time >= [now-2y]        | this is not a time that exists   | now-2h",
        "time >= [+12026-01-01]  | this is not a time that exists   | a day such as 2026-01-31",
        "time >=[]               | the query ends here              | a day such as 2026-01-31",
        "time[:]2026-01-01       | a time is compared               | >, >=, <, <= or =",
        "time [=] now            | hardly anything happens          | = and a day",
        "dog [!]= cat            | ! has no meaning here            | the word not",
      })
  void saysWhatIsWrongAndWhere(String marked, String problem, String expected) {
    int start = marked.indexOf('[');
    String query = start < 0 ? marked : marked.replaceFirst("\\[(.*?)]", "$1");
    SearchSyntaxException failure = failure(query);

    assertThat(failure.problem()).contains(problem);
    assertThat(String.valueOf(failure.getMessage()).lines().toList().get(3))
        .startsWith("expected: ")
        .contains(expected);
    if (start >= 0) {
      assertThat(failure.start()).isEqualTo(start);
      assertThat(query.substring(failure.start(), failure.end()))
          .startsWith(marked.substring(start + 1, marked.indexOf(']', start)));
    }
  }

  @Test
  void whatIsTooMuchIsRefused() {
    assertThat(failure("d".repeat(QueryParser.MAX_LENGTH + 1)).problem()).contains("too long");
    assertThat(failure("(".repeat(QueryParser.MAX_LENGTH)).problem()).contains("nested too deep");
    assertThat(failure("not ".repeat(100) + "dog").problem()).contains("nested too deep");
    assertThat(failure("a dog" + " or dog".repeat(QueryParser.MAX_PARTS)).problem())
        .contains("too many parts");
    assertThat(failure("dog \ud800 cat").problem()).contains("half a character");
    assertThat(failure("\"dog \ud800 cat\"").problem()).contains("half a character");
  }

  private static SearchSyntaxException failure(String query) {
    SearchSyntaxException failure =
        catchThrowableOfType(SearchSyntaxException.class, () -> QueryParser.parse(query));
    assertThat(failure).as(query).isNotNull();
    return failure;
  }
}
