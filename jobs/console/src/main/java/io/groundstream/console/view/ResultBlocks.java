package io.groundstream.console.view;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.Origin;
import io.groundstream.avro.RequestResult;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts the records of an event together, which arrive in any order from several topics. What does
 * not become complete is given out after a while as it is. Bounded; for one thread.
 */
final class ResultBlocks {
  /** The records of an event arrive together if they are in one transaction. */
  static final Duration PATIENCE = Duration.ofSeconds(3);

  static final int MOST_WAITING = 2000;

  private final LongSupplier nanoTime;
  private final Map<String, Waiting> waiting = new LinkedHashMap<>();
  private final Queue<Block> ready = new ArrayDeque<>();

  /**
   * What is shown together.
   *
   * @param image null if the image's record did not arrive, or for a dead letter
   * @param phrases in the order of the requests and of their ordinals
   * @param missing the number of phrases that did not arrive
   * @param deadLetter null unless it is one
   */
  record Block(
      @Nullable GroundedImage image,
      List<GroundedPhrase> phrases,
      int missing,
      @Nullable DeadLetter deadLetter) {}

  private static final class Waiting {
    private final long since;
    private final Map<String, GroundedPhrase> phrases = new TreeMap<>();
    private @Nullable GroundedImage image;

    Waiting(long since) {
      this.since = since;
    }

    int missing() {
      int expected = 0;
      if (image != null) {
        for (RequestResult request : image.getRequests()) {
          expected += Math.max(0, request.getPhraseCount());
        }
      }
      return Math.max(0, expected - phrases.size());
    }

    Block block() {
      GroundedImage of = image;
      List<String> order =
          of == null
              ? List.of()
              : of.getRequests().stream().map(RequestResult::getRequestId).toList();
      List<GroundedPhrase> sorted =
          phrases.values().stream()
              .sorted(
                  Comparator.comparingInt(
                          (GroundedPhrase phrase) -> order.indexOf(phrase.getRequestId()))
                      .thenComparing(GroundedPhrase::getRequestId)
                      .thenComparingInt(GroundedPhrase::getOrdinal))
              .toList();
      return new Block(of, sorted, missing(), null);
    }
  }

  /**
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  ResultBlocks(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void add(GroundedImage image) {
    String key = key(image.getOrigin());
    Waiting of = of(key);
    of.image = image;
    giveOutIfComplete(key, of);
  }

  void add(GroundedPhrase phrase) {
    String key = key(phrase.getOrigin());
    Waiting of = of(key);
    of.phrases.put(phrase.getRequestId() + " " + phrase.getOrdinal(), phrase);
    giveOutIfComplete(key, of);
  }

  void add(DeadLetter letter) {
    ready.add(new Block(null, List.of(), 0, letter));
  }

  /**
   * Returns the next block that is complete or has waited long enough; null if there is none.
   *
   * @param allAdded whether all records that arrived were added. If not, what a block lacks may
   *     have arrived, so that no block expires.
   */
  @Nullable Block poll(boolean allAdded) {
    Iterator<Waiting> oldest = waiting.values().iterator();
    while (allAdded && oldest.hasNext()) {
      Waiting next = oldest.next();
      if (nanoTime.getAsLong() - next.since < PATIENCE.toNanos()) {
        break;
      }
      ready.add(next.block());
      oldest.remove();
    }
    return ready.poll();
  }

  private Waiting of(String key) {
    Waiting found = waiting.get(key);
    if (found == null) {
      found = new Waiting(nanoTime.getAsLong());
      waiting.put(key, found);
      if (waiting.size() > MOST_WAITING) {
        Iterator<Waiting> oldest = waiting.values().iterator();
        ready.add(oldest.next().block());
        oldest.remove();
      }
    }
    return found;
  }

  private void giveOutIfComplete(String key, Waiting of) {
    if (of.image != null && of.missing() == 0) {
      ready.add(of.block());
      waiting.remove(key);
    }
  }

  private static String key(Origin origin) {
    return origin.getSystem() + ' ' + origin.getPosition() + ' ' + origin.getName();
  }
}
