package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.timing.DurationHistogram;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The statistics of an engine since its start: counters, levels and histograms of durations. The
 * difference of two snapshots shows what happened between them. Thread-safe; counting never blocks.
 */
public final class EngineStatistics {
  private final long start = System.nanoTime();

  // No entry is added or removed after construction, so that reads need no lock.
  private final Map<EngineCounter, LongAdder> counters =
      filled(EngineCounter.class, LongAdder::new);
  private final Map<EngineLevel, AtomicLong> levels = filled(EngineLevel.class, AtomicLong::new);
  private final Map<EngineTimer, DurationHistogram> timers =
      filled(EngineTimer.class, DurationHistogram::new);

  EngineStatistics() {}

  /** Adds one to a counter. */
  void count(EngineCounter counter) {
    add(counter, 1);
  }

  void add(EngineCounter counter, long count) {
    of(counters, counter).add(count);
  }

  void set(EngineLevel level, long value) {
    of(levels, level).set(value);
  }

  /** Records a duration in nanoseconds. */
  void record(EngineTimer timer, long nanos) {
    of(timers, timer).record(nanos);
  }

  /** Records a duration in nanoseconds {@code times} times. */
  void record(EngineTimer timer, long nanos, int times) {
    of(timers, timer).record(nanos, times);
  }

  /** Returns the current value of a counter. */
  public long get(EngineCounter counter) {
    return of(counters, counter).sum();
  }

  /** Returns the current value of a level. */
  public long get(EngineLevel level) {
    return of(levels, level).get();
  }

  /** Returns the live histogram of a timer. */
  public DurationHistogram get(EngineTimer timer) {
    return of(timers, timer);
  }

  /** Returns a snapshot of all counters and levels. */
  public Snapshot snapshot() {
    return new Snapshot(
        System.nanoTime() - start,
        valued(EngineCounter.class, this::get),
        valued(EngineLevel.class, this::get));
  }

  private static <K extends Enum<K>, V> Map<K, V> filled(Class<K> keys, Supplier<V> value) {
    return valued(keys, key -> value.get());
  }

  private static <K extends Enum<K>, V> Map<K, V> valued(Class<K> keys, Function<K, V> value) {
    Map<K, V> all = new EnumMap<>(keys);
    for (K key : keys.getEnumConstants()) {
      all.put(key, value.apply(key));
    }
    return all;
  }

  /** Returns the value of a key in a map that contains all keys. */
  private static <K, V> V of(Map<K, V> all, K key) {
    V value = all.get(key);
    if (value == null) {
      throw new IllegalArgumentException(key + " (expected: one of " + all.keySet() + ")");
    }
    return value;
  }

  /**
   * Counters and levels at one moment, or the counts between two moments. Immutable.
   *
   * @param elapsedNanos nanoseconds since the engine was created, or since the earlier snapshot
   */
  public record Snapshot(
      long elapsedNanos, Map<EngineCounter, Long> counters, Map<EngineLevel, Long> levels) {
    public Snapshot {
      counters = Map.copyOf(counters);
      levels = Map.copyOf(levels);
    }

    public long get(EngineCounter counter) {
      return of(counters, counter);
    }

    public long get(EngineLevel level) {
      return of(levels, level);
    }

    /** Returns the counts since an earlier snapshot, with the levels of this one. */
    public Snapshot since(Snapshot earlier) {
      return new Snapshot(
          elapsedNanos - earlier.elapsedNanos,
          valued(EngineCounter.class, counter -> get(counter) - earlier.get(counter)),
          levels);
    }

    /** Returns the mean share of slots in use per decode step, from 0 to 1. */
    public double occupancy() {
      long steps = get(EngineCounter.DECODE_STEPS);
      long slots = get(EngineLevel.SLOTS);
      return steps == 0 || slots == 0
          ? 0
          : (double) get(EngineCounter.DECODED_ROWS) / steps / slots;
    }
  }
}
