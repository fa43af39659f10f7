/**
 * Many requests sharing one device: the queue, the slots of the key/value cache, and the one thread
 * that owns the network. Knows tokens and pixels, not tasks or phrases.
 */
@NullMarked
package io.groundstream.kosmos2.engine;

import org.jspecify.annotations.NullMarked;
