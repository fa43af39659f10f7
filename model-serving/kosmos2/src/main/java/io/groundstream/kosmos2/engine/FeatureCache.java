package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.program.ImageFeatures;
import io.groundstream.kosmos2.program.Network;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A cache of image features, evicting the least recently used. Requests for the same image share
 * one encoding, even if they run at different times. Images that were encoded together are kept and
 * evicted together. Confined to the engine's thread.
 */
final class FeatureCache implements AutoCloseable {
  private final Network network;
  private final int capacity;
  private final EngineStatistics statistics;
  private final StartTimes startTimes;
  private final LongSupplier nanoTime;

  /** The location of each image's features. */
  private final Map<ImageKey, Place> places = new HashMap<>();

  /** In order of last use. */
  private final LinkedHashSet<Group> groups = new LinkedHashSet<>();

  /** Images that were encoded together; compared by identity. */
  private static final class Group {
    private final List<ImageKey> images;
    private final ImageFeatures features;

    Group(List<ImageKey> images, ImageFeatures features) {
      this.images = images;
      this.features = features;
    }
  }

  private record Place(Group group, int row) {
    ImageFeatures.Row features() {
      return new ImageFeatures.Row(group.features, row);
    }
  }

  /**
   * @param capacity the maximum number of images whose features are kept, in addition to those
   *     encoded last
   */
  FeatureCache(
      Network network,
      int capacity,
      EngineStatistics statistics,
      StartTimes startTimes,
      LongSupplier nanoTime) {
    this.network = network;
    this.capacity = capacity;
    this.statistics = statistics;
    this.startTimes = startTimes;
    this.nanoTime = nanoTime;
  }

  /**
   * Returns the features of distinct images, in the given order; the caller closes them. Images
   * that are not cached are encoded together.
   */
  ImageFeatures featuresOf(List<ImageKey> images) {
    List<ImageKey> missing = images.stream().filter(image -> !places.containsKey(image)).toList();
    int reused = images.size() - missing.size();
    if (reused > 0) {
      statistics.add(EngineCounter.REUSED_ENCODINGS, reused);
    }
    if (!missing.isEmpty()) {
      Group fresh = new Group(missing, encode(missing));
      groups.add(fresh);
      for (int row = 0; row < missing.size(); row++) {
        places.put(missing.get(row), new Place(fresh, row));
      }
      if (reused == 0) {
        forgetEldest();
        return fresh.features.retain();
      }
    }
    List<ImageFeatures.Row> rows = new ArrayList<>();
    for (ImageKey image : images) {
      Place place = places.get(image);
      if (place == null) {
        throw new IllegalStateException("An image that was just encoded has no features");
      }
      groups.remove(place.group);
      groups.add(place.group);
      rows.add(place.features());
    }
    ImageFeatures joined = ImageFeatures.join(rows);
    forgetEldest();
    return joined;
  }

  int size() {
    return places.size();
  }

  boolean holds(ImageKey image) {
    return places.containsKey(image);
  }

  /** Clears the cache, which frees its memory. */
  @Override
  public void close() {
    groups.forEach(group -> group.features.close());
    groups.clear();
    places.clear();
  }

  private ImageFeatures encode(List<ImageKey> images) {
    long begin = nanoTime.getAsLong();
    ImageFeatures features = network.encode(images.stream().map(ImageKey::levels).toList());
    long took = nanoTime.getAsLong() - begin;
    startTimes.encoded(images.size(), took);
    statistics.add(EngineCounter.ENCODED_IMAGES, images.size());
    statistics.add(EngineCounter.ENCODE_NANOS, took);
    statistics.record(EngineTimer.ENCODE_CALL, took);
    return features;
  }

  private void forgetEldest() {
    while (places.size() > capacity && groups.size() > 1) {
      Group eldest = groups.iterator().next();
      groups.remove(eldest);
      eldest.images.forEach(places::remove);
      eldest.features.close();
    }
  }
}
