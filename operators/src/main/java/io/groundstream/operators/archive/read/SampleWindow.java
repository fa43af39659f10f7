package io.groundstream.operators.archive.read;

import io.groundstream.operators.archive.tar.TarEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a tar shard around the current one. Two entries are near each other if they are in
 * the same run of a key, or at most archive.look-around bytes of the shard and {@link
 * #MOST_ENTRIES} entries apart; only near entries can belong together. For one thread.
 */
final class SampleWindow {
  /** Limits the memory for the metadata of many small entries. */
  private static final int MOST_ENTRIES = 10_000;

  /** The maximum number of entries with one stem; further ones do not belong to a sample. */
  private static final int MOST_OF_A_STEM = 100;

  private final long maxBytes;
  private final Deque<SampleEntry> ahead = new ArrayDeque<>();
  private final Deque<SampleEntry> past = new ArrayDeque<>();
  private final Map<String, List<SampleEntry>> sidecars = new HashMap<>();
  private final Map<String, List<SampleEntry>> images = new HashMap<>();

  /** Images by key, if the key differs from the stem. */
  private final Map<String, List<SampleEntry>> dotted = new HashMap<>();

  private final Map<String, SampleEntry> byName = new HashMap<>();
  private long scannedOffset;
  private long scannedNumber;

  SampleWindow(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Records how far the shard was read. */
  void reached(TarEntry entry) {
    scannedOffset = entry.offset();
    scannedNumber = entry.number();
  }

  /** Adds an entry that is still to be processed. */
  void add(SampleEntry entry) {
    ahead.add(entry);
    index(entry);
  }

  /** Adds an entry that another reader processes, or that was processed before. */
  void addSeen(SampleEntry entry) {
    index(entry);
    past.add(entry);
    evictBefore(entry);
  }

  /**
   * Returns whether all entries that may belong to the next one were read.
   *
   * @param currentRun the run that is being read
   */
  boolean isReady(long currentRun) {
    SampleEntry head = ahead.peek();
    return head != null
        && head.run() != currentRun
        && (scannedOffset - head.entry().offset() > maxBytes
            || scannedNumber - head.entry().number() > MOST_ENTRIES);
  }

  /** Returns whether an entry may belong to one that is still to be processed. */
  boolean isWaitingAt(TarEntry entry) {
    SampleEntry last = ahead.peekLast();
    return last != null && within(last.entry(), entry);
  }

  /** Returns the next entry, or null if there is none. */
  @Nullable SampleEntry poll() {
    return ahead.poll();
  }

  /**
   * Keeps a processed entry as long as it is near the current one.
   *
   * @param keepsBytes whether the bytes of an image are kept for links to it
   */
  void pass(SampleEntry entry, boolean keepsBytes) {
    if (entry.isImage() && !keepsBytes) {
      entry.dropBytes();
    }
    if (!entry.isSkipped()) {
      past.add(entry);
    }
    evictBefore(entry);
  }

  private void evictBefore(SampleEntry entry) {
    SampleEntry first = past.peek();
    while (first != null && first != entry && !isNear(first, entry)) {
      past.remove();
      removeFromIndex(first);
      first = past.peek();
    }
  }

  private void index(SampleEntry entry) {
    if (entry.isSkipped()) {
      return;
    }
    if (entry.isImage()) {
      put(images, entry.name().stem(), entry);
      if (entry.name().hasMiddle()) {
        put(dotted, entry.name().key(), entry);
      }
      byName.putIfAbsent(entry.entry().name(), entry);
    } else {
      put(sidecars, entry.name().stem(), entry);
    }
  }

  private static void put(Map<String, List<SampleEntry>> index, String key, SampleEntry entry) {
    List<SampleEntry> entries = index.computeIfAbsent(key, any -> new ArrayList<>(2));
    if (entries.size() < MOST_OF_A_STEM) {
      entries.add(entry);
    } else if (!entry.isImage()) {
      entry.dropBytes();
    }
  }

  private void removeFromIndex(SampleEntry entry) {
    remove(images, entry.name().stem(), entry);
    remove(dotted, entry.name().key(), entry);
    remove(sidecars, entry.name().stem(), entry);
    byName.remove(entry.entry().name(), entry);
  }

  private static void remove(Map<String, List<SampleEntry>> index, String key, SampleEntry entry) {
    List<SampleEntry> entries = index.get(key);
    if (entries != null && entries.remove(entry) && entries.isEmpty()) {
      index.remove(key);
    }
  }

  private boolean isNear(SampleEntry one, SampleEntry other) {
    return (one.run() >= 0 && one.run() == other.run()) || within(one.entry(), other.entry());
  }

  private boolean within(TarEntry one, TarEntry other) {
    return Math.abs(one.offset() - other.offset()) <= maxBytes
        && Math.abs(one.number() - other.number()) <= MOST_ENTRIES;
  }

  private List<SampleEntry> near(
      Map<String, List<SampleEntry>> index, String key, SampleEntry entry) {
    List<SampleEntry> near = new ArrayList<>();
    for (SampleEntry other : index.getOrDefault(key, List.of())) {
      if (isNear(other, entry)) {
        near.add(other);
      }
    }
    return near;
  }

  /**
   * Returns whether an image is a part of a sample with another main image, such as a mask or depth
   * map.
   */
  boolean isPart(SampleEntry image) {
    return image.name().mayBePart() && isImageNear(image.name().key(), image);
  }

  private boolean isImageNear(String stem, SampleEntry entry) {
    return !near(images, stem, entry).isEmpty();
  }

  /** Returns whether the image of a sidecar is near. */
  boolean hasImage(SampleEntry sidecar) {
    String stem = sidecar.name().stem();
    return isImageNear(stem, sidecar) || !near(dotted, stem, sidecar).isEmpty();
  }

  /** Returns whether a sidecar is the first in its run with its stem. */
  boolean isFirstOfRun(SampleEntry sidecar) {
    for (SampleEntry other : near(sidecars, sidecar.name().stem(), sidecar)) {
      if (other.run() == sidecar.run() && other.entry().offset() < sidecar.entry().offset()) {
        return false;
      }
    }
    return true;
  }

  /** Returns the sidecars of an image, in the order of the shard. */
  List<SampleEntry> sidecarsOf(SampleEntry image) {
    List<SampleEntry> own = near(sidecars, image.name().stem(), image);
    return !own.isEmpty() || !image.name().hasMiddle() || isImageNear(image.name().key(), image)
        ? own
        : near(sidecars, image.name().key(), image);
  }

  /** Returns the image with a name before and near an entry, or null if there is none. */
  @Nullable SampleEntry find(String name, TarEntry entry) {
    SampleEntry found = byName.get(name);
    return found != null && found.entry().offset() < entry.offset() && within(found.entry(), entry)
        ? found
        : null;
  }
}
