package io.groundstream.console.view;

import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.Origin;
import io.groundstream.avro.RequestResult;
import io.groundstream.console.render.Card;
import io.groundstream.console.render.CardParts;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An image with the newest answer to each of its requests. Events may ask for less than earlier
 * ones of the same image, so answers are merged by request. Guarded by the gallery's lock.
 */
final class ShownImage {
  private final String id;
  private final Map<String, ShownAnswer> answers = new LinkedHashMap<>();
  private long order;
  private String event = "";
  private long time = Long.MIN_VALUE;
  private int width;
  private int height;
  private Origin origin = new Origin("", "", "");
  private String model = "";
  private Map<String, String> attributes = Map.of();
  private @Nullable String contentSha256;

  private long thumbnailNumber;
  private byte @Nullable [] jpeg;
  private @Nullable String note;

  private boolean changed;
  private byte @Nullable [] frame;

  ShownImage(String id) {
    this.id = id;
  }

  /**
   * The newest answer to one request.
   *
   * @param answer without its phrases
   * @param phrases those that have arrived, by their ordinals
   */
  private record ShownAnswer(
      String event, long time, Card.Answer answer, Map<Integer, Card.Phrase> phrases) {}

  /**
   * Takes over the result of an event.
   *
   * @return whether the pixels may be other ones than before
   */
  boolean apply(GroundedImage image, long newOrder) {
    long imageTime = image.getProcessingTime().toEpochMilli();
    boolean otherPixels = false;
    if (imageTime >= time) {
      order = newOrder;
      event = image.getEventId();
      time = imageTime;
      width = Math.max(0, image.getWidth());
      height = Math.max(0, image.getHeight());
      origin = image.getOrigin();
      model = CardParts.name(image.getModelName());
      attributes = CardParts.attributes(image.getAttributes());
      String sha256 = image.getContentSha256();
      otherPixels = jpeg == null || sha256 == null || !sha256.equals(contentSha256);
      contentSha256 = sha256;
    }
    for (RequestResult result : image.getRequests()) {
      apply(image.getEventId(), imageTime, result);
    }
    for (Iterator<String> eldest = answers.keySet().iterator();
        answers.size() > CardParts.MOST_ANSWERS; ) {
      eldest.next();
      eldest.remove();
    }
    changed = true;
    return otherPixels;
  }

  private void apply(String fromEvent, long resultTime, RequestResult result) {
    ShownAnswer before = answers.get(result.getRequestId());
    if (before != null && before.time() > resultTime) {
      return;
    }
    Card.Answer answer = CardParts.answer(result);
    TreeMap<Integer, Card.Phrase> phrases = new TreeMap<>();
    if (before != null && before.event().equals(fromEvent)) {
      // Sent again: the phrases are the same ones, and may have arrived before this.
      phrases.putAll(before.phrases());
      phrases.tailMap(answer.expected()).clear();
    }
    answers.remove(result.getRequestId());
    answers.put(result.getRequestId(), new ShownAnswer(fromEvent, resultTime, answer, phrases));
  }

  /** Adds a phrase and returns true if it belongs to an answer that is shown. */
  boolean apply(String fromEvent, String request, Card.Phrase phrase) {
    ShownAnswer answer = answers.get(request);
    if (answer == null || !answer.event().equals(fromEvent)) {
      return false;
    }
    boolean known = answer.phrases().containsKey(phrase.ordinal());
    if (phrase.ordinal() >= 0
        && phrase.ordinal() < answer.answer().expected()
        && (known || phraseCount() < CardParts.MOST_PHRASES)) {
      answer.phrases().put(phrase.ordinal(), phrase);
      changed = true;
    }
    return true;
  }

  private int phraseCount() {
    int count = 0;
    for (ShownAnswer answer : answers.values()) {
      count += answer.phrases().size();
    }
    return count;
  }

  /** Notes that the thumbnail with this number is being fetched. */
  void expectThumbnail(long number) {
    thumbnailNumber = number;
  }

  void setThumbnail(byte[] bytes) {
    jpeg = bytes;
    note = null;
    changed = true;
  }

  void removeThumbnail() {
    jpeg = null;
    changed = true;
  }

  void setNote(String why) {
    jpeg = null;
    note = CardParts.name(why);
    changed = true;
  }

  String id() {
    return id;
  }

  long order() {
    return order;
  }

  String event() {
    return event;
  }

  Origin origin() {
    return origin;
  }

  long thumbnailNumber() {
    return thumbnailNumber;
  }

  byte @Nullable [] jpeg() {
    return jpeg;
  }

  /** Returns the bytes of the last event about this image, or null if there was none. */
  byte @Nullable [] frame() {
    return frame;
  }

  /**
   * Returns the bytes of an event about this image, or null if nothing has changed since the last
   * one.
   *
   * @param path where the page's server has the thumbnail
   */
  byte @Nullable [] takeChange(String path) {
    if (!changed) {
      return null;
    }
    changed = false;
    frame = EventLog.frame("card", card(path));
    return frame;
  }

  private Card card(String path) {
    List<Card.Answer> shown = new ArrayList<>();
    answers.values().forEach(each -> shown.add(each.answer().with(each.phrases().values())));
    return new Card(
        CardParts.name(id),
        order,
        time,
        CardParts.name(event),
        width,
        height,
        CardParts.origin(origin),
        model,
        attributes,
        jpeg == null ? null : path,
        note,
        null,
        shown);
  }
}
