package io.groundstream.operators.archive;

import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.jspecify.annotations.Nullable;

/** Consecutive events of one split. For one thread at a time. */
final class EventBatch implements RecordsWithSplitIds<PositionedEvent> {
  private final Iterator<PositionedEvent> events;
  private @Nullable String splitId;
  private final Set<String> finishedSplits;

  /**
   * @param finished whether these are the last events of the split
   */
  EventBatch(String splitId, List<PositionedEvent> events, boolean finished) {
    this(splitId, events.iterator(), finished);
  }

  private EventBatch(@Nullable String splitId, Iterator<PositionedEvent> events, boolean finished) {
    this.splitId = splitId;
    this.events = events;
    this.finishedSplits = finished && splitId != null ? Set.of(splitId) : Set.of();
  }

  /** Returns an empty batch. */
  static EventBatch none() {
    return new EventBatch(null, List.<PositionedEvent>of().iterator(), false);
  }

  @Override
  public @Nullable String nextSplit() {
    String next = splitId;
    splitId = null;
    return next;
  }

  @Override
  public @Nullable PositionedEvent nextRecordFromSplit() {
    return events.hasNext() ? events.next() : null;
  }

  @Override
  public Set<String> finishedSplits() {
    return finishedSplits;
  }
}
