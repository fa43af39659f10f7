/**
 * Handles events that cannot be processed: the codes of all failures that operators detect, and
 * dead letters that hold what a replay needs and still fit into a record.
 */
@NullMarked
package io.groundstream.operators.deadletter;

import org.jspecify.annotations.NullMarked;
