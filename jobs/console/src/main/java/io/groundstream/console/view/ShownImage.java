package io.groundstream.console.view;

import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.Origin;
import io.groundstream.avro.RequestResult;
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

  private long pictureNumber;
  private byte @Nullable [] jpeg;
  private @Nullable String note;

  private boolean changed;
  private byte @Nullable [] frame;

  ShownImage(String id) {
    this.id = id;
  }

  /** The newest answer to one request. */
  private record ShownAnswer(
      String event,
      long time,
      String task,
      String caption,
      @Nullable String code,
      int expected,
      Map<Integer, Card.Phrase> phrases) {}

  /**
   * Takes over what an event came to.
   *
   * @return whether the picture may be another one than before
   */
  boolean apply(GroundedImage image, long newOrder) {
    long imageTime = image.getProcessingTime().toEpochMilli();
    boolean otherPicture = false;
    if (imageTime >= time) {
      order = newOrder;
      event = image.getEventId();
      time = imageTime;
      width = Math.max(0, image.getWidth());
      height = Math.max(0, image.getHeight());
      origin = image.getOrigin();
      model = CardParts.bounded(image.getModelName(), CardParts.MOST_NAME);
      attributes = CardParts.attributes(image.getAttributes());
      String sha256 = image.getContentSha256();
      otherPicture = jpeg == null || sha256 == null || !sha256.equals(contentSha256);
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
    return otherPicture;
  }

  private void apply(String fromEvent, long resultTime, RequestResult result) {
    ShownAnswer before = answers.get(result.getRequestId());
    if (before != null && before.time() > resultTime) {
      return;
    }
    int expected = Math.max(0, Math.min(result.getPhraseCount(), CardParts.MOST_PHRASES));
    TreeMap<Integer, Card.Phrase> phrases = new TreeMap<>();
    if (before != null && before.event().equals(fromEvent)) {
      // Sent again: the phrases are the same ones, and may have come before this.
      phrases.putAll(before.phrases());
      phrases.tailMap(expected).clear();
    }
    answers.remove(result.getRequestId());
    answers.put(
        result.getRequestId(),
        new ShownAnswer(
            fromEvent,
            resultTime,
            CardParts.bounded(result.getTask(), CardParts.MOST_NAME),
            caption(result),
            result.getErrorCode() == null
                ? null
                : CardParts.bounded(result.getErrorCode(), CardParts.MOST_NAME),
            expected,
            phrases));
  }

  private static String caption(RequestResult result) {
    String caption = result.getCaption();
    return caption == null ? "" : CardParts.bounded(caption, CardParts.MOST_CAPTION);
  }

  /** Takes a phrase over, if it belongs to an answer that is shown. */
  boolean apply(String fromEvent, String request, Card.Phrase phrase) {
    ShownAnswer answer = answers.get(request);
    if (answer == null || !answer.event().equals(fromEvent)) {
      return false;
    }
    boolean known = answer.phrases().containsKey(phrase.ordinal());
    if (phrase.ordinal() >= 0
        && phrase.ordinal() < answer.expected()
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

  /** Notes that the picture with this number is being fetched. */
  void expectPicture(long number) {
    pictureNumber = number;
  }

  void setPicture(byte[] bytes) {
    jpeg = bytes;
    note = null;
    changed = true;
  }

  void removePicture() {
    jpeg = null;
    changed = true;
  }

  void setNote(String why) {
    jpeg = null;
    note = CardParts.bounded(why, CardParts.MOST_NAME);
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

  long pictureNumber() {
    return pictureNumber;
  }

  byte @Nullable [] jpeg() {
    return jpeg;
  }

  /** Returns the bytes of the last event that told of this image; null if there was none. */
  byte @Nullable [] frame() {
    return frame;
  }

  /** Returns the bytes of an event that tells of this image, or null if the last one still does. */
  byte @Nullable [] takeChange(String picturePath) {
    if (!changed) {
      return null;
    }
    changed = false;
    frame = EventLog.frame("card", card(picturePath));
    return frame;
  }

  private Card card(String picturePath) {
    List<Card.Answer> shown = new ArrayList<>();
    answers.forEach(
        (request, answer) ->
            shown.add(
                new Card.Answer(
                    CardParts.bounded(request, CardParts.MOST_NAME),
                    answer.task(),
                    answer.caption(),
                    answer.code(),
                    answer.expected(),
                    List.copyOf(answer.phrases().values()))));
    return new Card(
        CardParts.bounded(id, CardParts.MOST_NAME),
        order,
        time,
        CardParts.bounded(event, CardParts.MOST_NAME),
        width,
        height,
        CardParts.origin(origin),
        model,
        attributes,
        jpeg == null ? null : picturePath,
        note,
        shown);
  }
}
