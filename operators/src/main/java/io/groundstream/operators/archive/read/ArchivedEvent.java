package io.groundstream.operators.archive.read;

import io.groundstream.operators.archive.plan.PartPosition;
import io.groundstream.operators.event.EventRecord;

/**
 * An event out of an archive.
 *
 * @param after where reading goes on after it
 */
public record ArchivedEvent(EventRecord event, PartPosition after) {}
