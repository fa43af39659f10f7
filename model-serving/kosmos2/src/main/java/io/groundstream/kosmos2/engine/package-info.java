/**
 * Lets many requests share one device: the queue, the slots of the key/value cache, and the one
 * thread that owns the network. Works on tokens and pixels, not on tasks or phrases.
 */
@NullMarked
package io.groundstream.kosmos2.engine;

import org.jspecify.annotations.NullMarked;
