package io.groundstream.operators.archive;

import io.groundstream.operators.archive.plan.PartPosition;
import io.groundstream.operators.event.EventRecord;

/**
 * An event on its way from the thread that reads to the one that emits.
 *
 * @param part the index in its split of the part that it is from
 * @param after where reading goes on after it
 */
record PositionedEvent(EventRecord event, int part, PartPosition after) {}
