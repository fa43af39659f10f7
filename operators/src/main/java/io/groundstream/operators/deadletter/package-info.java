/**
 * Handles events that cannot be processed: the codes of all failures that operators detect, and
 * dead letters that hold what a replay needs and still fit into a record.
 */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.operators.deadletter;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
