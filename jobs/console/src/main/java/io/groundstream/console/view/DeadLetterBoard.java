package io.groundstream.console.view;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.groundstream.avro.DeadLetter;
import io.groundstream.console.render.Card;
import io.groundstream.console.render.CardParts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Dead letters, counted by code, and the latest of them. Bounded; thread-safe. */
final class DeadLetterBoard {
  private static final int MOST_LATEST = 40;
  private static final int MOST_CODES = 100;
  private static final String OTHERS = "others";

  private final EventLog log;
  private final Map<String, Long> codes = new LinkedHashMap<>();
  private final ArrayDeque<Letter> latest = new ArrayDeque<>();
  private long total;
  private boolean changed = true;

  /**
   * A dead letter, for people.
   *
   * @param image the image's identifier, where it is known
   * @param time when it was made, in milliseconds since 1970
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Letter(
      long number,
      String stage,
      String code,
      String message,
      boolean retryable,
      int attempts,
      @Nullable String image,
      String origin,
      long time) {}

  record CodeCount(String code, long count) {}

  record State(long total, List<CodeCount> codes, List<Letter> latest) {}

  DeadLetterBoard(EventLog log) {
    this.log = log;
  }

  synchronized void add(DeadLetter letter) {
    total++;
    Card.Failure failure = CardParts.failure(letter);
    String code = failure.code();
    boolean countable = codes.containsKey(code) || codes.size() < MOST_CODES;
    codes.merge(countable ? code : OTHERS, 1L, Long::sum);
    String image = letter.getImageId();
    latest.addFirst(
        new Letter(
            total,
            failure.stage(),
            code,
            failure.message(),
            letter.getRetryable(),
            letter.getAttempts(),
            image == null ? null : CardParts.name(image),
            CardParts.origin(letter.getOrigin()),
            letter.getProcessingTime().toEpochMilli()));
    if (latest.size() > MOST_LATEST) {
      latest.removeLast();
    }
    changed = true;
  }

  /** Reports what has changed since the last call. */
  synchronized void publish() {
    if (changed) {
      changed = false;
      log.appendState("letters", state());
    }
  }

  synchronized State state() {
    List<CodeCount> counts = new ArrayList<>();
    codes.forEach((code, count) -> counts.add(new CodeCount(code, count)));
    counts.sort(Comparator.comparingLong(CodeCount::count).reversed());
    return new State(total, counts, new ArrayList<>(latest));
  }
}
