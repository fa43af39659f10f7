/**
 * What can be done with dead letters once they are in their topic: reading them, seeing which of
 * them are the newest of their event, and sending their events once more.
 */
@NullMarked
package io.groundstream.console.deadletters;

import org.jspecify.annotations.NullMarked;
