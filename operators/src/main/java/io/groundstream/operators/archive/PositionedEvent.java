package io.groundstream.operators.archive;

import io.groundstream.operators.archive.plan.PartPosition;
import io.groundstream.operators.event.EventRecord;

/**
 * An event that the reading thread hands to the emitting thread.
 *
 * @param part the index, within the split, of the part that holds the event
 * @param after the position after the event, from which reading continues
 */
record PositionedEvent(EventRecord event, int part, PartPosition after) {}
