package io.groundstream.console.docs;

import io.groundstream.operators.search.ImageSearch;
import io.groundstream.operators.search.SearchRequest;
import io.groundstream.operators.search.SearchSyntaxException;
import io.groundstream.operators.search.SearchWords;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The query language's reference as Markdown: the meaning of each word, and examples with the
 * OpenSearch query of each. Words and queries come from the language's implementation.
 */
public final class SearchPage {
  private static final String HEAD =
      """
      # Searching

      `groundstream search` finds images by what they show and where, in the index that
      `groundstream index` fills:

      ```sh
      groundstream search 'dog left of fire and not cat'
      groundstream search --json '"large dog" near tree' | jq -r .images[].image_id
      groundstream search --explain 'dog in top left'     # the OpenSearch query, for your own service
      ```

      A query says what an image must show. OpenSearch alone answers it, by one native query that
      you can copy: see [the examples](#examples). This page is generated from the
      code.

      ## The language

      ```
      query     = all { "or" all }
      all       = part { "and" part }
      part      = "not" part | "(" query ")" | field | thing [ relation thing ]
      thing     = [ "a" | "an" | "the" ] [ size ] phrase { condition }
      phrase    = word { word } | "quoted text" | "anything"
      condition = ( "in" | "on" | "at" ) [ "the" ] place | [ "with" ] measure sign number
      ```

      - **Phrases** are looked for in the phrases that the model gave boxes to. Words find all their
        English forms (`dog` finds *two dogs*), in any order; *a*, *the* and other such words do not
        count. Words in quotes have to stand together, in this order, and are never anything but
        text: `large dog` is a dog with a large box, `"large dog"` is what the model called a large
        dog. `anything` is every phrase.
      - **A thing with all its conditions is one box**, and a relation is about one pair of boxes. Parts
        that `and` joins may be met by different boxes: `dog left of fire and dog near tree` may be
        two dogs.
      - **`not`** is about the whole image: `not dog` finds images without any dog. `not` binds
        tighter than `and`, `and` tighter than `or`.
      - Capitals do not matter, except in values of fields. A query has at most 2,000 characters, 50
        parts, and 20 levels of parentheses and `not`.

      ### Relations

      Relations hold between the boxes of one answer of the model. All lengths are fractions of the
      image's width or height.

      | Words | Relation | A is so to B if |
      |---|---|---|
      """;

  private static final String PLACES =
      """

      ### Places and sizes

      A box lies where its centre lies: in a third of the image's width, of its height, or of both.

      | Words | The box's centre |
      |---|---|
      | `left`, `centre`, `right` | x < ⅓, ⅓ ≤ x < ⅔, x ≥ ⅔ |
      | `top`, `middle`, `bottom` | y < ⅓, ⅓ ≤ y < ⅔, y ≥ ⅔ |
      | `top left`, `bottom-right corner`, `top centre`, … | both |
      | `middle` or `centre` alone | the middle of both |

      | Word | The box's part of the image's area |
      |---|---|
      """;

  private static final String MEASURES =
      """

      ### Measures

      With `>`, `>=`, `<` or `<=` (or `above`, `below`, `at least`, `at most`), and a percentage or a
      fraction from 0 to 1: `area > 20%`, `confidence >= 0.5`. Without a thing before it a measure is
      about any box.

      | Measure | Meaning |
      |---|---|
      """;

  private static final String FIELDS =
      """

      ### Fields

      | Field | Compares |
      |---|---|
      | `attribute:NAME=VALUE` | an attribute of the event, letter for letter; `attribute:NAME` alone: that it has one |
      | `time` with `>`, `>=`, `<`, `<=`, `=` | the event's time: a day (`2026-01-31`, all of it, in UTC), a time (`2026-01-31T09:30:00Z`, `+02:00`; without either UTC), or `now-2h` (s, m, h, d, w) |
      """;

  private static final String AFTER_FIELDS =
      """

      Values with spaces or parentheses go into quotes, in which `\\"` is a quote and `\\\\` a
      backslash. An asterisk at the end of a value without quotes stands for whatever follows:
      `image:scene-0*`. Users' words only ever become values in the OpenSearch query, never part of
      its structure.

      ## What comes back

      Images are sorted by relevance, equals by time; `--sort newest` has the newest
      first in any case. Relevance is OpenSearch's score of the words: rare words count more, and of
      two phrases the shorter one. `--limit` and `--offset` page through at most 10,000 images; the
      total is exact. With each image come the boxes that matched, for each part of the query (but
      not for what `not` denies) up to 20, from `inner_hits`.

      The command's exit code is 0 if the index answered, 2 if the query cannot be read, 3 if the
      index could not be asked. From Java:

      ```java
      ImageSearch search = new ImageSearch(IndexConnection.to(URI.create("http://localhost:9200")));
      SearchResult found = search.search(SearchRequest.of("dog left of fire", 20));
      ```

      ## Examples

      Each with what goes into `"query"` of a search request; the first one shows the whole request,
      as `--explain` does.
      """;

  private static final Map<String, String> EXAMPLES = new LinkedHashMap<>();

  static {
    EXAMPLES.put("dog", "A dog, dogs, two dogs.");
    EXAMPLES.put("dog left of fire", "One dog that is left of one fire: a native nested query.");
    EXAMPLES.put("dog left of fire and not cat", "And no cat anywhere in the image.");
    EXAMPLES.put("\"large dog\" near tree", "What the model called a large dog.");
    EXAMPLES.put("large dog near tree", "A dog whose box is large.");
    EXAMPLES.put("a dog in top left", "By the box's centre.");
    EXAMPLES.put("dog area > 20%", "Not only large, but how large.");
    EXAMPLES.put(
        "dog confidence >= 0.5 inside house in the middle", "Both things may have conditions.");
    EXAMPLES.put("anything above table", "Whatever it is.");
    EXAMPLES.put("(dog or cat) and not (fire or tree)", "Parentheses.");
    EXAMPLES.put("attribute:camera=front and dog", "Fields filter, and do not score.");
    EXAMPLES.put("time >= 2026-01-01 and time < now-2h", "By the event's time.");
    EXAMPLES.put("caption:\"playing in the snow\"", "What the model wrote about the whole image.");
    EXAMPLES.put(
        "task:grounded-caption and revision:sha256:9f86*", "By what was asked, and of whom.");
  }

  private SearchPage() {}

  /** Returns the complete page. */
  public static String render() {
    StringBuilder page = new StringBuilder(HEAD);
    SearchWords.relations()
        .forEach(
            row ->
                page.append(
                    "| %s | `%s` | %s |\n".formatted(codes(row), row.name(), row.meaning())));
    page.append(PLACES);
    SearchWords.sizes()
        .forEach(row -> page.append("| %s | %s |\n".formatted(codes(row), row.meaning())));
    page.append(MEASURES);
    SearchWords.measures()
        .forEach(row -> page.append("| %s | %s |\n".formatted(codes(row), row.meaning())));
    page.append(FIELDS);
    SearchWords.textFields()
        .forEach(
            row ->
                page.append(
                    "| `%s:WORD`, `%1$s:\"WORDS\"` | words in %s |\n"
                        .formatted(row.name(), row.meaning())));
    SearchWords.keywordFields()
        .forEach(
            row ->
                page.append(
                    "| `%s:VALUE` | %s, letter for letter |\n"
                        .formatted(row.name(), row.meaning())));
    page.append(AFTER_FIELDS);
    boolean first = true;
    for (Map.Entry<String, String> example : EXAMPLES.entrySet()) {
      page.append("\n### `").append(example.getKey()).append("`\n\n");
      page.append(example.getValue()).append("\n\n```json\n");
      page.append(json(example.getKey(), first)).append("\n```\n");
      first = false;
    }
    return page.toString();
  }

  private static String json(String query, boolean whole) {
    try {
      return whole
          ? ImageSearch.explain(SearchRequest.of(query, 20), "groundstream-images")
              .replace(System.lineSeparator(), "\n")
          : ImageSearch.translate(query);
    } catch (SearchSyntaxException e) {
      throw new IllegalStateException("example: " + query, e);
    }
  }

  private static String codes(SearchWords.Row row) {
    return row.words().stream().map(word -> "`" + word + "`").collect(Collectors.joining(", "));
  }
}
