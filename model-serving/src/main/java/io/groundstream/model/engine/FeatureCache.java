package io.groundstream.model.engine;

import io.groundstream.model.program.ImageFeatures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The features of the pictures that were asked about last, so that each is encoded once, however
 * many requests there are about it and whenever they get their turn. Used by the engine's thread
 * alone.
 */
final class FeatureCache implements AutoCloseable {
  private final Network network;
  private final int capacity;
  private final EngineListeners listeners;

  /** In the order of their last use. */
  private final LinkedHashMap<PictureKey, ImageFeatures> byPicture =
      new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param capacity the most pictures whose features are kept
   */
  FeatureCache(Network network, int capacity, EngineListeners listeners) {
    this.network = network;
    this.capacity = capacity;
    this.listeners = listeners;
  }

  /**
   * Returns the features of different pictures, in their order; owned by the caller. Pictures that
   * are not there yet are encoded together.
   */
  ImageFeatures featuresOf(List<PictureKey> pictures) {
    List<PictureKey> missing =
        pictures.stream().filter(picture -> !byPicture.containsKey(picture)).toList();
    int reused = pictures.size() - missing.size();
    if (reused > 0) {
      listeners.tell(listener -> listener.onEncodingReused(reused));
    }
    if (reused == 0) {
      ImageFeatures fresh = encode(missing);
      keep(missing, fresh);
      return fresh;
    }
    List<ImageFeatures> kept = new ArrayList<>();
    Map<PictureKey, ImageFeatures> copies = new LinkedHashMap<>();
    try (ImageFeatures fresh = missing.isEmpty() ? null : encode(missing)) {
      for (PictureKey picture : pictures) {
        ImageFeatures known = byPicture.get(picture);
        if (known == null && fresh != null) {
          known = fresh.copyOf(missing.indexOf(picture));
          copies.put(picture, known);
        }
        kept.add(known);
      }
      return ImageFeatures.join(kept);
    } finally {
      // Only now, because it may push out others that were needed above.
      copies.forEach(this::keep);
    }
  }

  int size() {
    return byPicture.size();
  }

  /** Forgets all, to give their memory back. */
  @Override
  public void close() {
    byPicture.values().forEach(ImageFeatures::close);
    byPicture.clear();
  }

  private ImageFeatures encode(List<PictureKey> pictures) {
    long begin = System.nanoTime();
    ImageFeatures features = network.encode(pictures.stream().map(PictureKey::pixels).toList());
    long took = System.nanoTime() - begin;
    listeners.tell(listener -> listener.onEncoded(pictures.size(), took));
    return features;
  }

  private void keep(List<PictureKey> pictures, ImageFeatures features) {
    boolean kept = false;
    try {
      for (int i = 0; i < pictures.size(); i++) {
        keep(pictures.get(i), features.copyOf(i));
      }
      kept = true;
    } finally {
      if (!kept) {
        features.close();
      }
    }
  }

  private void keep(PictureKey picture, ImageFeatures features) {
    ImageFeatures before = byPicture.put(picture, features);
    if (before != null) {
      before.close();
    }
    if (byPicture.size() > capacity) {
      Map.Entry<PictureKey, ImageFeatures> eldest = byPicture.entrySet().iterator().next();
      eldest.getValue().close();
      byPicture.remove(eldest.getKey());
    }
  }
}
