/** Threads, pauses between attempts, and resources that users in a process share. */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.operators.concurrent;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
