package io.groundstream.operators.search;

import static io.groundstream.console.embedded.LocalServices.OPENSEARCH_HOME;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.console.embedded.LocalOpenSearch;
import io.groundstream.operators.index.Relation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that a search finds exactly the images that match, where all boxes are known: in the
 * bundled scenes, and in scenes of random boxes, which overlap and contain each other.
 */
@Timeout(180)
class SearchTruthITCase {
  private static final Path SCENES = Path.of("..", "demo-scenes", "truth.jsonl");
  private static final List<String> NAMES = List.of("dog", "cat", "fire", "tree");

  /** A drawn thing, with the edges of its box. */
  private record Drawn(String name, double left, double top, double right, double bottom) {
    double x() {
      return (left + right) / 2;
    }

    double y() {
      return (top + bottom) / 2;
    }

    double area() {
      return (right - left) * (bottom - top);
    }
  }

  private final Map<String, List<Drawn>> scenes = new TreeMap<>();

  @Test
  void findsAllThatIsTrueAndNothingElse(@TempDir Path folder) throws Exception {
    readBundledScenes();
    makeRandomScenes(new Random(7));
    Set<String> names =
        scenes.values().stream()
            .flatMap(List::stream)
            .map(Drawn::name)
            .collect(Collectors.toCollection(TreeSet::new));
    try (LocalOpenSearch node = LocalOpenSearch.start(OPENSEARCH_HOME, folder, 0)) {
      index(new TestIndex(node.url()));
      ImageSearch search = new ImageSearch(IndexConnection.to(node.url()));
      for (String name : names) {
        Predicate<Drawn> named = thing -> thing.name().equals(name);
        holds(search, name, named);
        holds(search, "small " + name, named.and(thing -> thing.area() < 0.05));
        holds(
            search,
            "medium " + name,
            named.and(thing -> thing.area() >= 0.05 && thing.area() < 0.2));
        holds(search, "large " + name, named.and(thing -> thing.area() >= 0.2));
        holds(search, name + " area > 7%", named.and(thing -> thing.area() > 0.07));
        holds(search, name + " in top", named.and(thing -> thing.y() < 1 / 3.0));
        holds(
            search,
            name + " in bottom centre",
            named.and(
                thing -> thing.y() >= 2 / 3.0 && thing.x() >= 1 / 3.0 && thing.x() < 2 / 3.0));
      }
      int found = 0;
      for (String subject : NAMES) {
        for (String object : NAMES) {
          for (Relation relation : Relation.values()) {
            found += holds(search, subject, relation, object);
          }
        }
      }
      assertThat(found).as("images in which relations hold").isGreaterThan(1000);
    }
  }

  private void holds(ImageSearch search, String query, Predicate<Drawn> truth) throws Exception {
    Set<String> expected = new TreeSet<>();
    scenes.forEach(
        (id, things) -> {
          if (things.stream().anyMatch(truth)) {
            expected.add(id);
          }
        });
    assertThat(found(search, query)).as(query).isEqualTo(expected);
  }

  private int holds(ImageSearch search, String subject, Relation relation, String object)
      throws Exception {
    Set<String> expected = new TreeSet<>();
    scenes.forEach(
        (id, things) -> {
          for (Drawn a : things) {
            for (Drawn b : things) {
              if (!a.equals(b)
                  && a.name().equals(subject)
                  && b.name().equals(object)
                  && isSo(a, relation, b)) {
                expected.add(id);
              }
            }
          }
        });
    String query = subject + " " + relation.words().get(0) + " " + object;
    assertThat(found(search, query)).as(query).isEqualTo(expected);
    return expected.size();
  }

  private Set<String> found(ImageSearch search, String query) throws Exception {
    return search.search(SearchRequest.of(query, scenes.size())).images().stream()
        .map(FoundImage::imageId)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void index(TestIndex index) throws Exception {
    index.create();
    for (Map.Entry<String, List<Drawn>> scene : scenes.entrySet()) {
      List<Drawn> things = scene.getValue();
      ObjectNode document = TestIndex.document(scene.getKey(), "2026-01-01T00:00:00Z", "A scene.");
      for (Drawn thing : things) {
        TestIndex.entity(
            document,
            "a " + thing.name(),
            0.5,
            thing.left(),
            thing.top(),
            thing.right(),
            thing.bottom());
      }
      for (int a = 0; a < things.size(); a++) {
        for (int b = 0; b < things.size(); b++) {
          List<String> relations = new ArrayList<>();
          for (Relation relation : Relation.values()) {
            if (a != b && isSo(things.get(a), relation, things.get(b))) {
              relations.add(relation.id());
            }
          }
          if (!relations.isEmpty()) {
            TestIndex.pair(document, a, b, relations.toArray(String[]::new));
          }
        }
      }
      index.put(scene.getKey(), document);
    }
    index.refresh();
  }

  private void readBundledScenes() throws Exception {
    for (String line : Files.readAllLines(SCENES)) {
      JsonNode scene = new ObjectMapper().readTree(line);
      List<Drawn> things = new ArrayList<>();
      for (JsonNode object : scene.path("objects")) {
        JsonNode box = object.path("box");
        things.add(
            new Drawn(
                object.path("name").asText(),
                box.path(0).asDouble(),
                box.path(1).asDouble(),
                box.path(2).asDouble(),
                box.path(3).asDouble()));
      }
      scenes.put(scene.path("image").asText(), things);
    }
  }

  private void makeRandomScenes(Random random) {
    for (int i = 0; i < 100; i++) {
      List<Drawn> things = new ArrayList<>();
      for (int k = 0; k < 2 + random.nextInt(4); k++) {
        double width = 0.05 + 0.6 * random.nextDouble() * random.nextDouble();
        double height = 0.05 + 0.6 * random.nextDouble() * random.nextDouble();
        double left = (1 - width) * random.nextDouble();
        double top = (1 - height) * random.nextDouble();
        String name = NAMES.get(random.nextInt(NAMES.size()));
        things.add(new Drawn(name, left, top, left + width, top + height));
      }
      scenes.put("random-" + i, things);
    }
  }

  /** The relations as defined on the query language's page. */
  private static boolean isSo(Drawn a, Relation relation, Drawn b) {
    return switch (relation) {
      case LEFT_OF -> a.x() < b.x() && (a.x() <= b.left() || a.right() <= b.x());
      case RIGHT_OF -> isSo(b, Relation.LEFT_OF, a);
      case ABOVE -> a.y() < b.y() && (a.y() <= b.top() || a.bottom() <= b.y());
      case BELOW -> isSo(b, Relation.ABOVE, a);
      case INSIDE -> a.area() < b.area() && shared(a, b) >= 0.9 * a.area();
      case CONTAINS -> isSo(b, Relation.INSIDE, a);
      case OVERLAPPING -> shared(a, b) > 0;
      case NEAR ->
          Math.hypot(
                  gap(a.left(), a.right(), b.left(), b.right()),
                  gap(a.top(), a.bottom(), b.top(), b.bottom()))
              <= 0.1;
    };
  }

  private static double shared(Drawn a, Drawn b) {
    double width = Math.min(a.right(), b.right()) - Math.max(a.left(), b.left());
    double height = Math.min(a.bottom(), b.bottom()) - Math.max(a.top(), b.top());
    return Math.max(0, width) * Math.max(0, height);
  }

  private static double gap(double start, double end, double otherStart, double otherEnd) {
    return Math.max(0, Math.max(start - otherEnd, otherStart - end));
  }
}
