package io.groundstream.console.view;

import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.Origin;
import io.groundstream.console.render.Card;
import io.groundstream.console.render.CardParts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The newest images, with everything that belongs to them, in whatever order it arrives.
 *
 * <p>Everything is bounded: the number of images, the bytes of their thumbnails, the phrases that
 * wait for their image, and the new images per second. Images that arrive faster are counted; the
 * newest of them are shown once fewer arrive. Thread-safe.
 */
final class Gallery {
  private static final double NEW_PER_SECOND = 20;
  private static final long MOST_THUMBNAIL_BYTES = 96L << 20;
  private static final int MOST_WAITING_PHRASES = 10_000;

  /** A browser may ask for the thumbnail of a card that has just left. */
  static final int MOST_DEPARTED = 24;

  private final int keep;
  private final EventLog log;
  private final Function<Origin, CompletableFuture<LoadedImage>> images;
  private final LongSupplier nanoClock;

  private final Map<String, ShownImage> byId = new HashMap<>();
  private final TreeMap<Long, ShownImage> byOrder = new TreeMap<>();
  private final Map<Long, ShownImage> byThumbnail = new HashMap<>();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private final WaitingPhrases waitingPhrases = new WaitingPhrases(MOST_WAITING_PHRASES);
  private final Map<Long, byte[]> departed = new LinkedHashMap<>();
  private long lastOrder;
  private long lastThumbnail;
  private long thumbnailBytes;
  private long skipped;
  private double allowance;
  private long allowedAt;

  private record Waiting(GroundedImage image, long order) {}

  /**
   * Everything that a browser needs at the start.
   *
   * @param frames one event for each image
   * @param place where the log goes on
   */
  record Snapshot(List<byte[]> frames, long place) {
    Snapshot {
      frames = List.copyOf(frames);
    }
  }

  /**
   * @param keep the most images
   * @param log where changes are reported
   * @param images loads an image by its event's origin, without blocking
   */
  Gallery(
      int keep,
      EventLog log,
      Function<Origin, CompletableFuture<LoadedImage>> images,
      LongSupplier nanoClock) {
    this.keep = keep;
    this.log = log;
    this.images = images;
    this.nanoClock = nanoClock;
    this.allowance = keep;
    this.allowedAt = nanoClock.getAsLong();
  }

  synchronized void add(GroundedImage image) {
    lastOrder++;
    ShownImage shown = byId.get(image.getImageId());
    if (shown != null || mayShowAnother()) {
      show(image, lastOrder);
      return;
    }
    waiting.addLast(new Waiting(image, lastOrder));
    if (waiting.size() > keep) {
      waiting.removeFirst();
      skipped++;
    }
  }

  synchronized void add(GroundedPhrase phrase) {
    Card.Phrase part = CardParts.phrase(phrase);
    ShownImage shown = byId.get(phrase.getImageId());
    if (shown == null || !shown.apply(phrase.getEventId(), phrase.getRequestId(), part)) {
      waitingPhrases.add(phrase.getImageId(), phrase.getEventId(), phrase.getRequestId(), part);
    }
  }

  /** Shows what had to wait, if it is time, and reports all changes since the last call. */
  synchronized void publish() {
    while (!waiting.isEmpty() && mayShowAnother()) {
      Waiting newest = waiting.removeLast();
      show(newest.image(), newest.order());
    }
    for (ShownImage shown : byOrder.values()) {
      byte[] frame = shown.takeChange(path(shown.thumbnailNumber()));
      if (frame != null) {
        log.append(frame);
      }
    }
  }

  private boolean mayShowAnother() {
    long now = nanoClock.getAsLong();
    allowance = Math.min(keep, allowance + (now - allowedAt) / 1e9 * NEW_PER_SECOND);
    allowedAt = now;
    if (allowance < 1) {
      return false;
    }
    allowance--;
    return true;
  }

  private void show(GroundedImage image, long order) {
    ShownImage shown = byId.get(image.getImageId());
    if (shown == null) {
      if (byOrder.size() >= keep && order < byOrder.firstKey()) {
        skipped++;
        return;
      }
      shown = new ShownImage(image.getImageId());
      byId.put(shown.id(), shown);
    } else {
      byOrder.remove(shown.order());
    }
    boolean otherPixels = shown.apply(image, order);
    byOrder.put(shown.order(), shown);
    for (WaitingPhrases.Phrase phrase :
        waitingPhrases.take(image.getImageId(), image.getEventId())) {
      boolean unused = shown.apply(image.getEventId(), phrase.request(), phrase.phrase());
    }
    if (otherPixels) {
      fetchThumbnail(shown);
    }
    evict();
  }

  private void removeThumbnail(ShownImage shown) {
    byThumbnail.remove(shown.thumbnailNumber());
    byte[] jpeg = shown.jpeg();
    if (jpeg != null) {
      thumbnailBytes -= jpeg.length;
      shown.removeThumbnail();
      departed.put(shown.thumbnailNumber(), jpeg);
      if (departed.size() > MOST_DEPARTED) {
        departed.remove(departed.keySet().iterator().next());
      }
    }
  }

  private void fetchThumbnail(ShownImage shown) {
    removeThumbnail(shown);
    long number = ++lastThumbnail;
    shown.expectThumbnail(number);
    byThumbnail.put(number, shown);
    CompletableFuture<Void> unused =
        images.apply(shown.origin()).thenAccept(loaded -> setThumbnail(number, loaded));
  }

  private synchronized void setThumbnail(long number, LoadedImage loaded) {
    ShownImage shown = byThumbnail.get(number);
    if (shown == null) {
      // It has left, or has another thumbnail by now.
      return;
    }
    thumbnailBytes -= length(shown);
    if (loaded.thumbnail() != null) {
      shown.setThumbnail(loaded.thumbnail().jpeg());
    } else {
      shown.setNote(loaded.note());
    }
    thumbnailBytes += length(shown);
    evict();
  }

  private static long length(ShownImage shown) {
    byte[] jpeg = shown.jpeg();
    return jpeg == null ? 0 : jpeg.length;
  }

  private void evict() {
    while (byOrder.size() > keep || (thumbnailBytes > MOST_THUMBNAIL_BYTES && byOrder.size() > 1)) {
      ShownImage oldest = byOrder.pollFirstEntry().getValue();
      byId.remove(oldest.id());
      removeThumbnail(oldest);
      if (oldest.frame() != null) {
        log.append(EventLog.frame("gone", Map.of("id", shortId(oldest))));
      }
    }
  }

  private static String shortId(ShownImage shown) {
    return CardParts.name(shown.id());
  }

  private String path(long thumbnailNumber) {
    return "/images/" + log.run() + "-" + thumbnailNumber + ".jpg";
  }

  /** Returns the thumbnail at a path, or null if there is none (any more). */
  synchronized byte @Nullable [] thumbnail(String path) {
    String start = "/images/" + log.run() + "-";
    if (!path.startsWith(start) || !path.endsWith(".jpg")) {
      return null;
    }
    String number = path.substring(start.length(), path.length() - ".jpg".length());
    if (!number.matches("\\d{1,18}")) {
      return null;
    }
    ShownImage shown = byThumbnail.get(Long.parseLong(number));
    return shown == null ? departed.get(Long.parseLong(number)) : shown.jpeg();
  }

  /** Returns the path of an image's thumbnail, or null if it is not held. */
  synchronized @Nullable String thumbnailPath(String imageId) {
    ShownImage shown = byId.get(imageId);
    return shown == null || shown.jpeg() == null ? null : path(shown.thumbnailNumber());
  }

  /** Returns the images that browsers were told about, oldest first. */
  synchronized Snapshot snapshot() {
    List<byte[]> frames = new ArrayList<>();
    for (ShownImage shown : byOrder.values()) {
      byte[] frame = shown.frame();
      if (frame != null) {
        frames.add(frame);
      }
    }
    return new Snapshot(frames, log.last());
  }

  /** Returns how many images arrived too fast to be shown. */
  synchronized long skipped() {
    return skipped + waiting.size();
  }

  /** Phrases whose image has not arrived yet, and may never; the oldest leave first. */
  private static final class WaitingPhrases {
    private final int most;
    private final Map<Key, List<Phrase>> byEvent = new LinkedHashMap<>();
    private int count;

    WaitingPhrases(int most) {
      this.most = most;
    }

    private record Key(String image, String event) {}

    record Phrase(String request, Card.Phrase phrase) {}

    void add(String image, String event, String request, Card.Phrase phrase) {
      byEvent
          .computeIfAbsent(new Key(image, event), unused -> new ArrayList<>())
          .add(new Phrase(request, phrase));
      count++;
      while (count > most) {
        Key eldest = byEvent.keySet().iterator().next();
        count -= byEvent.remove(eldest).size();
      }
    }

    List<Phrase> take(String image, String event) {
      List<Phrase> phrases = byEvent.remove(new Key(image, event));
      count -= phrases == null ? 0 : phrases.size();
      return phrases == null ? List.of() : phrases;
    }
  }
}
