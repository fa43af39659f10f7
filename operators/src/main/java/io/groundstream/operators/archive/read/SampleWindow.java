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
 * The entries of a tar shard around the one whose turn it is. Two entries are near each other if
 * they are in one run of a key, or at most so many bytes of the shard and {@link #MOST_ENTRIES}
 * entries apart; only what is near can belong together. For one thread.
 */
final class SampleWindow {
  /** So that small entries do not fill the memory with what is known of them. */
  private static final int MOST_ENTRIES = 10_000;

  /** More entries of one stem are no sample's. */
  private static final int MOST_OF_A_STEM = 100;

  private final long maxBytes;
  private final Deque<SampleEntry> ahead = new ArrayDeque<>();
  private final Deque<SampleEntry> past = new ArrayDeque<>();
  private final Map<String, List<SampleEntry>> sidecars = new HashMap<>();
  private final Map<String, List<SampleEntry>> pictures = new HashMap<>();

  /** Pictures by their keys, where these are not their stems. */
  private final Map<String, List<SampleEntry>> dotted = new HashMap<>();

  private final Map<String, SampleEntry> byName = new HashMap<>();
  private long scannedOffset;
  private long scannedNumber;

  SampleWindow(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Says how far the shard was read. */
  void reached(TarEntry entry) {
    scannedOffset = entry.offset();
    scannedNumber = entry.number();
  }

  /** Adds an entry whose turn will come. */
  void add(SampleEntry entry) {
    ahead.add(entry);
    index(entry);
  }

  /** Adds an entry whose turn is another reader's, or was. */
  void addSeen(SampleEntry entry) {
    index(entry);
    past.add(entry);
    evictBefore(entry);
  }

  /**
   * Returns whether all that may belong to the next entry was read.
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

  /** Returns whether an entry may belong to one whose turn is to come. */
  boolean isWaitingAt(TarEntry entry) {
    SampleEntry last = ahead.peekLast();
    return last != null && within(last.entry(), entry);
  }

  /** Returns the next entry, or null if there is none. */
  @Nullable SampleEntry poll() {
    return ahead.poll();
  }

  /**
   * Remembers an entry whose turn is over.
   *
   * @param keepsBytes whether a picture's bytes are kept, for links to it
   */
  void pass(SampleEntry entry, boolean keepsBytes) {
    if (entry.isPicture() && !keepsBytes) {
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
    if (entry.isPicture()) {
      put(pictures, entry.name().stem(), entry);
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
    } else if (!entry.isPicture()) {
      entry.dropBytes();
    }
  }

  private void removeFromIndex(SampleEntry entry) {
    remove(pictures, entry.name().stem(), entry);
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

  /** Returns whether a picture is a part of a sample that has another one: a mask, a depth map. */
  boolean isPart(SampleEntry picture) {
    return picture.name().mayBePart() && isPictureNear(picture.name().key(), picture);
  }

  private boolean isPictureNear(String stem, SampleEntry entry) {
    return !near(pictures, stem, entry).isEmpty();
  }

  /** Returns whether a sidecar lies near a picture that it is of. */
  boolean hasPicture(SampleEntry sidecar) {
    String stem = sidecar.name().stem();
    return isPictureNear(stem, sidecar) || !near(dotted, stem, sidecar).isEmpty();
  }

  /** Returns whether no sidecar before a sidecar, of the same picture, lies beside it. */
  boolean isFirstOfRun(SampleEntry sidecar) {
    for (SampleEntry other : near(sidecars, sidecar.name().stem(), sidecar)) {
      if (other.run() == sidecar.run() && other.entry().offset() < sidecar.entry().offset()) {
        return false;
      }
    }
    return true;
  }

  /** Returns the sidecars of a picture, in the order of the shard. */
  List<SampleEntry> sidecarsOf(SampleEntry picture) {
    List<SampleEntry> own = near(sidecars, picture.name().stem(), picture);
    return !own.isEmpty()
            || !picture.name().hasMiddle()
            || isPictureNear(picture.name().key(), picture)
        ? own
        : near(sidecars, picture.name().key(), picture);
  }

  /** Returns the picture of a name before an entry and near it, or null if there is none. */
  @Nullable SampleEntry find(String name, TarEntry entry) {
    SampleEntry found = byName.get(name);
    return found != null && found.entry().offset() < entry.offset() && within(found.entry(), entry)
        ? found
        : null;
  }
}
