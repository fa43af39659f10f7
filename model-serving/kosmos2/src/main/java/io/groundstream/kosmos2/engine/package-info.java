/**
 * Lets many requests share one device: the queue, the slots of the key/value cache, and the one
 * thread that owns the network. Works on tokens and pixels, not on tasks or phrases.
 */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.kosmos2.engine;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
