package io.groundstream.operators.archive.read;

import io.groundstream.operators.archive.plan.PartPosition;
import io.groundstream.operators.event.EventRecord;

/**
 * An event read from an archive.
 *
 * @param after the position after the event, from which reading continues
 */
public record ArchivedEvent(EventRecord event, PartPosition after) {}
