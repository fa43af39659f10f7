package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.program.ImageFeatures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * The features of the pictures that were asked about last, so that each is encoded once, however
 * many requests there are about it and whenever they get their turn. Pictures that were encoded
 * together are kept and forgotten together. Used by the engine's thread alone.
 */
final class FeatureCache implements AutoCloseable {
  private final Network network;
  private final int capacity;
  private final EngineListeners listeners;

  /** Where the features of each picture are. */
  private final Map<PictureKey, Place> places = new HashMap<>();

  /** In the order of their last use. */
  private final LinkedHashSet<Group> groups = new LinkedHashSet<>();

  /** Pictures that were encoded together; compared by identity. */
  private static final class Group {
    private final List<PictureKey> pictures;
    private final ImageFeatures features;

    Group(List<PictureKey> pictures, ImageFeatures features) {
      this.pictures = pictures;
      this.features = features;
    }
  }

  private record Place(Group group, int row) {
    ImageFeatures.Row features() {
      return new ImageFeatures.Row(group.features, row);
    }
  }

  /**
   * @param capacity the most pictures whose features are kept, beside those encoded last
   */
  FeatureCache(Network network, int capacity, EngineListeners listeners) {
    this.network = network;
    this.capacity = capacity;
    this.listeners = listeners;
  }

  /**
   * Returns the features of different pictures, in their order; the caller closes them. Pictures
   * that are not there yet are encoded together.
   */
  ImageFeatures featuresOf(List<PictureKey> pictures) {
    List<PictureKey> missing =
        pictures.stream().filter(picture -> !places.containsKey(picture)).toList();
    int reused = pictures.size() - missing.size();
    if (reused > 0) {
      listeners.tell(listener -> listener.onEncodingReused(reused));
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
    for (PictureKey picture : pictures) {
      Place place = places.get(picture);
      if (place == null) {
        throw new IllegalStateException("A picture that was just encoded has no features");
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

  /** Forgets all, to give their memory back. */
  @Override
  public void close() {
    groups.forEach(group -> group.features.close());
    groups.clear();
    places.clear();
  }

  private ImageFeatures encode(List<PictureKey> pictures) {
    long begin = System.nanoTime();
    ImageFeatures features = network.encode(pictures.stream().map(PictureKey::levels).toList());
    long took = System.nanoTime() - begin;
    listeners.tell(listener -> listener.onEncoded(pictures.size(), took));
    return features;
  }

  private void forgetEldest() {
    while (places.size() > capacity && groups.size() > 1) {
      Group eldest = groups.iterator().next();
      groups.remove(eldest);
      eldest.pictures.forEach(places::remove);
      eldest.features.close();
    }
  }
}
