package io.groundstream.operators.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/**
 * What an index holds in the end depends on the set of records alone: not on their order, not on
 * how often they come, and not on what an index held before that was made of some of them.
 */
class ImageJoinTest {
  private static final DocumentWriter WRITER = new DocumentWriter(64, false);
  private static final long NOW = 1_000_000;

  /** One enrichment of the image: when, by which event, and how many phrases each request got. */
  record Enrichment(long time, String event, Map<String, Integer> phraseCounts) {}

  @Provide
  Arbitrary<List<Enrichment>> histories() {
    Arbitrary<Map<String, Integer>> requests =
        Arbitraries.maps(Arbitraries.of("r0", "r1", "r2"), Arbitraries.integers().between(0, 3))
            .ofMinSize(1);
    // Few times and events, so that ties of time are common.
    return Combinators.combine(
            Arbitraries.longs().between(1, 4), Arbitraries.of("e0", "e1"), requests)
        .as(Enrichment::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(5)
        .uniqueElements(one -> one.time() + one.event());
  }

  private static List<Finding> records(List<Enrichment> history) {
    List<Finding> records = new ArrayList<>();
    for (Enrichment enrichment : history) {
      Finding image = finding(enrichment);
      image.image = new ImageFacts();
      image.image.modelRevision = enrichment.time() + enrichment.event();
      image.requests =
          enrichment.phraseCounts().entrySet().stream()
              .map(one -> request(one.getKey(), one.getValue()))
              .toArray(RequestFacts[]::new);
      records.add(image);
      enrichment
          .phraseCounts()
          .forEach(
              (request, count) -> {
                for (int ordinal = 0; ordinal < count; ordinal++) {
                  Finding phrase = finding(enrichment);
                  phrase.phrase = phrase(enrichment, request, ordinal);
                  records.add(phrase);
                }
              });
    }
    return records;
  }

  private static Finding finding(Enrichment enrichment) {
    Finding finding = new Finding();
    finding.imageId = "image";
    finding.eventId = enrichment.event();
    finding.processingTime = enrichment.time();
    return finding;
  }

  private static RequestFacts request(String id, int phrases) {
    RequestFacts request = new RequestFacts();
    request.requestId = id;
    request.phraseCount = phrases;
    return request;
  }

  private static PhraseFacts phrase(Enrichment enrichment, String request, int ordinal) {
    PhraseFacts phrase = new PhraseFacts();
    phrase.requestId = request;
    phrase.ordinal = ordinal;
    phrase.phrase = "thing %s %s %d".formatted(enrichment.time(), enrichment.event(), ordinal);
    BoxFacts box = new BoxFacts();
    box.xMax = 0.5;
    box.yMax = 0.25;
    box.source = "generated";
    phrase.boxes = new BoxFacts[] {box};
    return phrase;
  }

  /** An index as OpenSearch is one: of equal versions the later write stays. */
  private static final class Index {
    private @Nullable IndexDocument document;

    void write(IndexDocument next) {
      if (document == null || next.version >= document.version) {
        document = next;
      }
    }
  }

  /** Feeds records to a new job and returns all documents that it writes. */
  private static List<IndexDocument> run(List<Finding> records, Index index) {
    ImageState state = new ImageState();
    List<IndexDocument> written = new ArrayList<>();
    for (Finding record : records) {
      if (ImageJoin.add(state, record, NOW)) {
        IndexDocument document = WRITER.write("image", state);
        assertThat(document).isNotNull();
        index.write(document);
        written.add(document);
      }
    }
    return written;
  }

  private static List<Finding> shuffled(List<Finding> records, Random random) {
    List<Finding> copy = new ArrayList<>(records);
    for (Finding record : records) {
      if (random.nextInt(3) == 0) {
        copy.add(record);
      }
    }
    Collections.shuffle(copy, random);
    return copy;
  }

  /** What has to be shown, computed in another way: by looking at the whole history at once. */
  private static Map<String, Enrichment> newestByRequest(List<Enrichment> history) {
    Map<String, Enrichment> newest = new TreeMap<>();
    for (Enrichment one : history) {
      for (String request : one.phraseCounts().keySet()) {
        newest.merge(
            request,
            one,
            (a, b) ->
                a.time() > b.time() || (a.time() == b.time() && a.event().compareTo(b.event()) > 0)
                    ? a
                    : b);
      }
    }
    return newest;
  }

  @Property
  void showsTheNewestResultOfEveryRequestWhateverTheOrder(
      @ForAll("histories") List<Enrichment> history, @ForAll Random random) {
    ImageState state = new ImageState();
    for (Finding record : shuffled(records(history), random)) {
      boolean unused = ImageJoin.add(state, record, NOW);
    }
    Map<String, Enrichment> expected = newestByRequest(history);
    List<ResultState> shown = ImageJoin.shown(state);
    assertThat(shown).extracting(one -> one.requestId).containsExactlyElementsOf(expected.keySet());
    for (ResultState result : shown) {
      Enrichment newest = expected.get(result.requestId);
      assertThat(newest).isNotNull();
      assertThat(result.processingTime).isEqualTo(newest.time());
      assertThat(result.eventId).isEqualTo(newest.event());
      assertThat(result.phrases).hasSize(newest.phraseCounts().getOrDefault(result.requestId, -1));
      for (PhraseFacts phrase : result.phrases) {
        // Nothing of an older revision is left.
        assertThat(phrase.phrase)
            .startsWith("thing %s %s ".formatted(newest.time(), newest.event()));
      }
    }
    // And nothing else is remembered, for it would never go away.
    assertThat(state.results).hasSameSizeAs(shown);
  }

  @Property
  void versionsNeverDecrease(@ForAll("histories") List<Enrichment> history, @ForAll Random random) {
    List<IndexDocument> written = run(shuffled(records(history), random), new Index());
    assertThat(written).extracting(document -> document.version).isSorted();
  }

  /** Jobs that started anew, each with another order, and of which the last one is finished. */
  @Property
  void anIndexConvergesWhateverItHeldBefore(
      @ForAll("histories") List<Enrichment> history, @ForAll Random random) {
    List<Finding> records = records(history);
    Index fresh = new Index();
    List<IndexDocument> unused = run(records, fresh);
    Index used = new Index();
    for (int job = 0; job < 3; job++) {
      List<Finding> order = shuffled(records, random);
      // The earlier ones are killed at some point.
      int end = job < 2 ? random.nextInt(order.size() + 1) : order.size();
      List<IndexDocument> ignored = run(order.subList(0, end), used);
    }
    assertThat(used.document).isNotNull();
    assertThat(fresh.document).isNotNull();
    assertThat(used.document.source).isEqualTo(fresh.document.source);
    assertThat(used.document.version).isEqualTo(fresh.document.version);
  }

  /** Two jobs at the same time, whose writes mix in any way. */
  @Property
  void twoJobsAtOnceConverge(@ForAll("histories") List<Enrichment> history, @ForAll Random random) {
    List<Finding> records = records(history);
    List<IndexDocument> first = run(shuffled(records, random), new Index());
    List<IndexDocument> second = run(shuffled(records, random), new Index());
    Index index = new Index();
    int i = 0;
    int j = 0;
    while (i < first.size() || j < second.size()) {
      boolean takeFirst = j == second.size() || (i < first.size() && random.nextBoolean());
      index.write(takeFirst ? first.get(i++) : second.get(j++));
    }
    assertThat(index.document).isNotNull();
    assertThat(index.document.source).isEqualTo(first.get(first.size() - 1).source);
  }

  @Provide
  Arbitrary<List<Long>> deletions() {
    return Arbitraries.longs().between(0, 5).list().ofMinSize(1).ofMaxSize(3);
  }

  private static List<Finding> withDeletions(List<Enrichment> history, List<Long> deletions) {
    List<Finding> all = records(history);
    for (long time : deletions) {
      Finding deletion = new Finding();
      deletion.imageId = "image";
      deletion.processingTime = time;
      deletion.deleted = true;
      all.add(deletion);
    }
    return all;
  }

  /** Of any order, repetition and killed jobs: what is newer than the last deletion is shown. */
  @Property
  void deletionsLeaveWhatIsNewerWhateverTheOrder(
      @ForAll("histories") List<Enrichment> history,
      @ForAll("deletions") List<Long> deletions,
      @ForAll Random random) {
    List<Finding> records = withDeletions(history, deletions);
    Index index = new Index();
    long before = 0;
    for (int job = 0; job < 3; job++) {
      List<Finding> order = shuffled(records, random);
      int end = job < 2 ? random.nextInt(order.size() + 1) : order.size();
      List<IndexDocument> written = run(order.subList(0, end), index);
      assertThat(written).extracting(document -> document.version).isSorted();
      before = written.size();
    }

    long last = Collections.max(deletions);
    Map<String, Enrichment> expected =
        newestByRequest(history.stream().filter(one -> one.time() > last).toList());
    assertThat(before).isPositive();
    assertThat(index.document).isNotNull();
    assertThat(index.document.deleted).isEqualTo(expected.isEmpty());
    Index fresh = new Index();
    List<IndexDocument> unused = run(withDeletions(history, deletions), fresh);
    assertThat(fresh.document).isNotNull();
    assertThat(index.document.source).isEqualTo(fresh.document.source);
  }

  @Example
  void aDeletionIsForgottenWhenNothingCanComeLate() {
    ImageState state = new ImageState();
    for (Finding record :
        withDeletions(List.of(new Enrichment(5, "e", Map.of("r", 0))), List.of(7L))) {
      assertThat(ImageJoin.add(state, record, NOW)).isTrue();
    }
    assertThat(state.results).isEmpty();
    assertThat(ImageJoin.nextExpiry(state, 0, 10, 1000)).isEqualTo(NOW + 1000);
    List<ResultState> lost = new ArrayList<>();
    assertThat(ImageJoin.expire(state, 0, NOW, NOW, lost)).isFalse();
    assertThat(state.deletedAt).isEqualTo(7);
    assertThat(ImageJoin.expire(state, 0, NOW + 1, NOW + 1, lost)).isFalse();
    assertThat(state.deletedAt).isNull();
    assertThat(ImageJoin.nextExpiry(state, 0, 10, 1000)).isNull();
    assertThat(lost).isEmpty();
  }

  @Example
  void whatMissesPhrasesIsShownAfterAWhileAndMadeWholeByThem() {
    List<Finding> records = records(List.of(new Enrichment(5, "e", Map.of("r", 2))));
    ImageState state = new ImageState();
    assertThat(ImageJoin.add(state, records.get(0), NOW)).isFalse();
    assertThat(ImageJoin.add(state, records.get(2), NOW)).isFalse();
    assertThat(ImageJoin.nextExpiry(state, 0, 10, 1000)).isEqualTo(NOW + 10);
    List<ResultState> lost = new ArrayList<>();
    assertThat(ImageJoin.expire(state, 0, NOW, 0, lost)).isFalse();
    assertThat(ImageJoin.expire(state, 0, NOW + 1, 0, lost)).isTrue();
    assertThat(ImageJoin.shown(state).get(0).isComplete()).isFalse();
    assertThat(ImageJoin.shown(state).get(0).phrases).hasSize(1);
    assertThat(ImageJoin.nextExpiry(state, 0, 10, 1000)).isNull();
    assertThat(ImageJoin.add(state, records.get(1), NOW + 50)).isTrue();
    assertThat(ImageJoin.shown(state).get(0).isComplete()).isTrue();
    assertThat(ImageJoin.shown(state).get(0).phrases)
        .extracting(phrase -> phrase.ordinal)
        .containsExactly(0, 1);
    assertThat(lost).isEmpty();
  }

  @Example
  void phrasesWithoutTheirImagesRecordAreGivenBack() {
    List<Finding> records = records(List.of(new Enrichment(5, "e", Map.of("r", 2))));
    ImageState state = new ImageState();
    boolean unused = ImageJoin.add(state, records.get(1), NOW);
    assertThat(ImageJoin.nextExpiry(state, 0, 10, 1000)).isEqualTo(NOW + 1000);
    List<ResultState> lost = new ArrayList<>();
    assertThat(ImageJoin.expire(state, 0, NOW + 1, NOW + 1, lost)).isFalse();
    assertThat(lost).extracting(result -> result.eventId).containsExactly("e");
    assertThat(state.results).isEmpty();
  }

  @Example
  void whileAJobIsDownNothingWaitsInVain() {
    List<Finding> records = records(List.of(new Enrichment(5, "e", Map.of("r", 2))));
    ImageState state = new ImageState();
    boolean unused = ImageJoin.add(state, records.get(1), NOW);
    long restarted = NOW + 5000;
    assertThat(ImageJoin.nextExpiry(state, restarted, 10, 1000)).isEqualTo(restarted + 1000);
    List<ResultState> lost = new ArrayList<>();
    // The timer of before is due at once, with what it waits for still to be read.
    boolean ignored = ImageJoin.expire(state, restarted, restarted - 10, restarted - 1000, lost);
    assertThat(lost).isEmpty();
    assertThat(ImageJoin.add(state, records.get(0), restarted)).isFalse();
    assertThat(ImageJoin.add(state, records.get(2), restarted)).isTrue();
    assertThat(ImageJoin.shown(state).get(0).isComplete()).isTrue();
  }
}
