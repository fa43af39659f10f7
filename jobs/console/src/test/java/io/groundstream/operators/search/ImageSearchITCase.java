package io.groundstream.operators.search;

import static io.groundstream.console.embedded.LocalServices.OPENSEARCH_HOME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.avro.Origin;
import io.groundstream.console.cli.CommandRun;
import io.groundstream.console.embedded.LocalOpenSearch;
import io.groundstream.operators.index.Box;
import io.groundstream.operators.index.Relation;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests searches on a real node, with documents like those of the index job. */
@Timeout(180)
class ImageSearchITCase {
  @TempDir private static Path folder;
  private static LocalOpenSearch node;
  private static TestIndex index;

  @BeforeAll
  static void start() throws Exception {
    node = LocalOpenSearch.start(OPENSEARCH_HOME, folder, 0);
    index = new TestIndex(node.url());
    index.create();
    // A large dog left of a fire that is burning on the right.
    ObjectNode left =
        TestIndex.document("left", "2026-01-01T10:00:00Z", "An image of a dog and a fire.");
    TestIndex.entity(left, "a large dog", 0.9, 0.0, 0.0, 0.5, 0.5);
    TestIndex.entity(left, "a fire", 0.25, 0.7, 0.6, 0.9, 0.8);
    TestIndex.pair(left, 0, 1, "left-of", "above");
    TestIndex.pair(left, 1, 0, "right-of", "below");
    left.withObject("attributes").put("camera", "front").put("site.hall", "7 B");
    index.put("left", left);
    // Two small dogs right of a fire and near a cat.
    ObjectNode right =
        TestIndex.document(
            "right",
            "2026-01-02T10:00:00Z",
            "The fire is burning near a cat, and dogs are running.");
    TestIndex.entity(right, "a fire", 0.5, 0.1, 0.4, 0.3, 0.6);
    TestIndex.entity(right, "two dogs", 0.5, 0.6, 0.4, 0.8, 0.6);
    TestIndex.entity(right, "two dogs", 0.7, 0.8, 0.45, 0.9, 0.55);
    TestIndex.entity(right, "a cat", 0.4, 0.9, 0.4, 1.0, 0.5);
    TestIndex.pair(right, 0, 1, "left-of");
    TestIndex.pair(right, 1, 0, "right-of");
    TestIndex.pair(right, 2, 0, "right-of");
    TestIndex.pair(right, 1, 3, "left-of", "near");
    TestIndex.pair(right, 2, 3, "left-of", "near");
    TestIndex.pair(right, 3, 2, "right-of", "near");
    right.withObject("attributes").put("camera", "rear");
    index.put("right", right);
    // Text that looks like a query, and no time.
    ObjectNode odd =
        TestIndex.document("odd", "2026-01-03T00:00:00Z", "\"}}, {\"match_all\": {}} OR * dog~2");
    odd.remove("event_time");
    TestIndex.entity(odd, "a man with a hat and a large tree", 0.1, 0.4, 0.4, 0.6, 0.6);
    odd.withObject("attributes").put("camera", "{\"match_all\":{}}");
    index.put("odd", odd);
    index.refresh();
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.close();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "dog                                    | left right",
        "DOGS                                   | left right",
        "running dogs                           |",
        "dog left of fire                       | left",
        "dog right of fire                      | right",
        "fire left of dog                       | right",
        "dog left of fire or dog right of fire  | left right",
        "dog and fire and not cat               | left",
        "dog and not dog left of fire           | right",
        "not dog                                | odd",
        "not (dog or tree)                      |",
        "not not dog                            | left right",
        "dog near cat                           | right",
        "\"large dog\"                          | left",
        "\"dog large\"                          |",
        "\"large dog\" left of fire             | left",
        "large dog                              | left",
        "small dog                              | right",
        "large anything                         | left",
        "medium fire                            |",
        "\"large tree\"                         | odd",
        "hat man                                | odd",
        "a dog in top left                      | left",
        "dog in the middle                      |",
        "anything in the middle                 | odd",
        "dog on the right                       | right",
        "dog in middle right and cat on the right | right",
        "dog area > 20%                         | left",
        "dog area >= 25%                        | left",
        "dog area > 25%                         |",
        "dog width < 15%                        | right",
        "dog x > 80% y < 60%                    | right",
        "dog confidence > 0.8                   | left",
        "confidence < 0.2                       | odd",
        "small dog left of cat                  | right",
        "small dog confidence >= 0.7 left of cat | right",
        "small dog confidence > 0.75 left of cat |",
        "dog left of cat x > 94%                | right",
        "dog width < 15% left of cat            | right",
        "dog width > 25% left of cat            |",
        "dog width > 25% left of fire           | left",
        "dog left of cat height > 0%            | right",
        "anything above anything                | left",
        "attribute:camera=front                 | left",
        "attribute:camera=\"{\\\"match_all\\\":{}}\" | odd",
        "attribute:camera                       | left right odd",
        "attribute:camera=f*                    | left",
        "attribute:site.hall=\"7 B\"            | left",
        "attribute:site.hall                    | left",
        "attribute:nothing                      |",
        "not attribute:camera=front             | right odd",
        "time >= 2026-01-02                     | right",
        "time = 2026-01-01                      | left",
        "time > 2026-01-01                      | right",
        "time <= 2026-01-01                     | left",
        "time < 2026-01-01T10:00:00Z            |",
        "time <= 2026-01-01T12:00:00+02:00      | left",
        "time < now-1d                          | left right",
        "caption:burns                          | right",
        "caption:\"dogs are running\"           | right",
        "caption:\"match_all\"                  | odd",
        "task:grounded-caption and image:l*     | left",
        "task:caption                           |",
        "model:kosmos-2 and revision:sha256:9f* | left right odd",
        "revision:sha256:9f                     |",
        "origin:image-events and event:event-odd | odd",
        "\"}}, {\\\"match_all\\\": {}}\"        |",
        "* and dog                              |",
        "dog~2 or _exists_                      |",
      })
  void findsWhatIsAskedFor(String query, @Nullable String expected) throws Exception {
    SearchResult result = search(query);

    List<String> ids = expected == null ? List.of() : Arrays.asList(expected.split(" "));
    assertThat(result.images())
        .extracting(FoundImage::imageId)
        .containsExactlyInAnyOrderElementsOf(ids);
    assertThat(result.total()).isEqualTo(ids.size());
  }

  @Test
  void tellsWhatIsInTheImageAndWhichBoxesMatched() throws Exception {
    SearchResult result = search("a dog left of fire and caption:image");

    FoundBox dog = new FoundBox(0, "a large dog", new Box(0, 0, 0.5, 0.5), 0.9, "r1");
    FoundBox fire = new FoundBox(1, "a fire", new Box(0.7, 0.6, 0.9, 0.8), 0.25, "r1");
    assertThat(result.query()).isEqualTo("dog left of fire and caption:image");
    FoundImage image = result.images().get(0);
    assertThat(image.score()).isPositive();
    assertThat(image)
        .usingRecursiveComparison()
        .ignoringFields("score")
        .isEqualTo(
            new FoundImage(
                "left",
                "event-left",
                null,
                Instant.parse("2026-01-01T10:00:00Z"),
                new Origin("kafka", "image-events", ""),
                640,
                480,
                "kosmos-2",
                "sha256:9f86d0",
                Map.of("camera", "front", "site.hall", "7 B"),
                List.of(
                    new FoundText("r1", "grounded-caption", "An image of a dog and a fire.", "")),
                List.of(
                    new FoundMatch(
                        "dog left of fire", dog, fire, List.of(Relation.LEFT_OF, Relation.ABOVE))),
                false));
  }

  @Test
  void eachPartTellsItsBoxesAndWhatIsDeniedTellsNone() throws Exception {
    List<FoundMatch> matches =
        search("(small dog or tree) and not bus and (dog near cat or dog)")
            .images()
            .get(0)
            .matches();

    assertThat(matches.stream().map(match -> match.part() + " " + match.subject().entity()))
        .containsExactlyInAnyOrder(
            "small dog 1", "small dog 2", "dog near cat 1", "dog near cat 2", "dog 1", "dog 2");
  }

  @Test
  void pagesGoOnWhereTheLastOneEnded() throws Exception {
    SearchRequest newest = new SearchRequest("not bus", 0, 2, SearchOrder.NEWEST);

    SearchResult first = search(newest);
    SearchResult second = search(new SearchRequest("not bus", 2, 2, SearchOrder.NEWEST));
    SearchResult none = search(new SearchRequest("not bus", 0, 0, SearchOrder.NEWEST));

    assertThat(first.total()).isEqualTo(3);
    assertThat(first.images()).extracting(FoundImage::imageId).containsExactly("right", "left");
    assertThat(first.images()).extracting(FoundImage::score).containsOnlyNulls();
    assertThat(second.images()).extracting(FoundImage::imageId).containsExactly("odd");
    assertThat(none.images()).isEmpty();
    assertThat(none.total()).isEqualTo(3);
  }

  @Test
  void ofEqualsTheNewestComesFirst() throws Exception {
    assertThat(search("attribute:camera").images())
        .extracting(FoundImage::imageId)
        .containsExactly("right", "left", "odd");
    // A caption with fewer other words matches better.
    assertThat(search("dog or cat").images())
        .extracting(FoundImage::imageId)
        .containsExactly("right", "left");
  }

  @Test
  void theRequestThatIsShownCanBeCopied() throws Exception {
    String explained =
        ImageSearch.explain(SearchRequest.of("dog left of fire and not cat", 5), TestIndex.ALIAS);
    String[] lines = explained.split("\\R", 2);

    assertThat(lines[0]).isEqualTo("GET groundstream-images/_search");
    assertThat(index.send("GET", "/groundstream-images/_search", lines[1]))
        .contains("\"total\":{\"value\":1,", "\"_id\":\"left\"");
  }

  @Test
  void theMostThatAQueryMayHoldIsAnswered() throws Exception {
    String parts = "dog left of fire or " + "not (".repeat(QueryParser.MAX_DEPTH / 2);
    String query = parts + "dog" + " or bus above tree".repeat(QueryParser.MAX_PARTS - 2);

    assertThat(search(query + ")".repeat(QueryParser.MAX_DEPTH / 2)).total()).isEqualTo(2);
  }

  @Test
  void anIndexThatIsNoneSaysSo() throws Exception {
    index.send(
        "PUT",
        "/other-1",
        "{\"mappings\": {\"properties\": {\"image_id\": {\"type\": \"text\"}}}}");
    index.send("PUT", "/closed-1", "{}");
    index.send("POST", "/closed-1/_close", "");
    // No node has this name, so the shards cannot be assigned.
    index.send(
        "PUT",
        "/groundstream-images-v9?wait_for_active_shards=0",
        "{\"settings\": {\"index.routing.allocation.require._name\": \"nobody\"}}");

    assertFails("groundstream-imagse")
        .withMessageContaining(
            "there is no such index or alias (expected: one that 'groundstream index' made");
    assertFails("other-1")
        .withMessageContaining("is not an index of this version of Groundstream")
        .withMessageContaining("entities is missing (expected: nested), ")
        .withMessageContaining("image_id is text (expected: keyword)");
    assertFails("closed-1").withMessageContaining("closed");
    assertFails("groundstream-images-v9")
        .withMessageContaining("shards are missing, the index may be red")
        .withMessageContaining("GET _cluster/health/groundstream-images-v9");
  }

  @Test
  void theCommandPrintsATableOrJson() {
    String url = "--url=" + node.url();

    CommandRun table = CommandRun.groundstream("search", url, "fire left of dog");
    CommandRun page = CommandRun.groundstream("search", url, "--limit=1", "dog or fire");
    CommandRun nothing = CommandRun.groundstream("search", url, "elephant");
    CommandRun json = CommandRun.groundstream("search", url, "--json", "fire left of dog");
    CommandRun absent = CommandRun.groundstream("search", url, "--index=nowhere", "dog");

    assertThat(table.out().lines())
        .hasSize(4)
        .anyMatch(line -> line.matches("IMAGE +TIME +SCORE +CAPTION"))
        .anyMatch(line -> line.matches("right +2026-01-02T10:00:00Z +[0-9.]+ +The fire is burn.*"))
        .contains(
            "  fire left of dog: a fire at 0.100 0.400 0.300 0.600 (confidence 0.500), two dogs at"
                + " 0.600 0.400 0.800 0.600 (confidence 0.500)",
            "1 image found");
    assertThat(table.exitCode()).isZero();
    assertThat(page.out()).endsWith("2 images found, 1 to 1 shown; the next with --offset 1\n");
    assertThat(nothing.out()).isEqualTo("0 images found\n");
    assertThat(nothing.exitCode()).isZero();
    assertThat(json.out())
        .startsWith("{\"query\":\"fire left of dog\",\"total\":1,\"offset\":0,")
        .contains("\"image_id\":\"right\"", "\"relations\":[\"left-of\"]", "\"x_min\":0.1,");
    assertThat(absent.exitCode()).isEqualTo(3);
    assertThat(absent.err()).startsWith("error: nowhere at http").contains("no such index");
  }

  private static org.assertj.core.api.ThrowableAssertAlternative<SearchException> assertFails(
      String name) {
    ImageSearch search =
        new ImageSearch(new IndexConnection(node.url(), name, null, null, Duration.ofSeconds(20)));
    return assertThatExceptionOfType(SearchException.class)
        .isThrownBy(() -> search.search(SearchRequest.of("dog", 1)));
  }

  private static SearchResult search(String query) throws Exception {
    return search(SearchRequest.of(query, 20));
  }

  private static SearchResult search(SearchRequest request) throws Exception {
    return new ImageSearch(IndexConnection.to(URI.create(node.url() + "/"))).search(request);
  }
}
