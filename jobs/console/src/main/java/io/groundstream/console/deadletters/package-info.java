/**
 * Works with the dead letters in their topic: reads them, finds the newest of each event, and
 * publishes their events again.
 */
@NullMarked
package io.groundstream.console.deadletters;

import org.jspecify.annotations.NullMarked;
