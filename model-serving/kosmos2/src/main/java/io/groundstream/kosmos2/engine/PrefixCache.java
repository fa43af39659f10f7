package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.program.ImageFeatures;
import io.groundstream.kosmos2.program.ImagePlace;
import io.groundstream.kosmos2.program.Network;
import io.groundstream.kosmos2.program.PromptPrefix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A cache of prefixes that prompts share, evicting the least recently used. It is limited by the
 * tokens in it, which all occupy the same memory, but always keeps the prefix used last. Confined
 * to the engine's thread.
 */
final class PrefixCache implements AutoCloseable {
  private final Network network;
  private final FeatureCache features;
  private final int capacity;
  private final EngineStatistics statistics;
  private final LongSupplier nanoTime;

  /** In order of last use. */
  private final LinkedHashMap<PrefixKey, PromptPrefix> prefixes =
      new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param capacity the maximum number of tokens that are kept, in addition to those of the prefix
   *     used last
   */
  PrefixCache(
      Network network,
      FeatureCache features,
      int capacity,
      EngineStatistics statistics,
      LongSupplier nanoTime) {
    this.network = network;
    this.features = features;
    this.capacity = capacity;
    this.statistics = statistics;
    this.nanoTime = nanoTime;
  }

  /** Returns a prefix, which is read unless it is cached, and must not be closed. */
  PromptPrefix get(PrefixKey key) {
    PromptPrefix known = prefixes.get(key);
    if (known != null) {
      statistics.count(EngineCounter.REUSED_PREFIXES);
      return known;
    }
    PromptPrefix read = read(key);
    prefixes.put(key, read);
    forgetEldest(read);
    return read;
  }

  /** Drops a prefix if it is cached, so that it is read again. */
  void forget(PrefixKey key) {
    PromptPrefix known = prefixes.remove(key);
    if (known != null) {
      known.close();
    }
  }

  boolean holds(PrefixKey key) {
    return prefixes.containsKey(key);
  }

  int tokens() {
    return prefixes.values().stream().mapToInt(PromptPrefix::length).sum();
  }

  /** Clears the cache, which frees its memory. */
  @Override
  public void close() {
    prefixes.values().forEach(PromptPrefix::close);
    prefixes.clear();
  }

  private PromptPrefix read(PrefixKey key) {
    List<ImageKey> images = key.images().stream().map(PlacedImage::key).distinct().toList();
    List<ImagePlace> places = new ArrayList<>();
    for (PlacedImage image : key.images()) {
      places.add(new ImagePlace(0, image.at(), images.indexOf(image.key())));
    }
    try (ImageFeatures encoded = images.isEmpty() ? null : features.featuresOf(images)) {
      long begin = nanoTime.getAsLong();
      PromptPrefix read = network.prefix(encoded, places, key.ids());
      long took = nanoTime.getAsLong() - begin;
      statistics.add(EngineCounter.PREFILLED_TOKENS, read.length());
      statistics.add(EngineCounter.PREFILL_NANOS, took);
      return read;
    }
  }

  private void forgetEldest(PromptPrefix inUse) {
    int excess = tokens() - inUse.length() - capacity;
    var eldest = prefixes.entrySet().iterator();
    while (excess > 0) {
      Map.Entry<PrefixKey, PromptPrefix> entry = eldest.next();
      excess -= entry.getValue().length();
      entry.getValue().close();
      eldest.remove();
    }
  }
}
