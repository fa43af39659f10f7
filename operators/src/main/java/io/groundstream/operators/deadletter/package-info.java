/**
 * What is done with what cannot be processed: codes for everything that the operators find wrong,
 * and dead letters that hold what a replay needs and still fit into a record.
 */
@NullMarked
package io.groundstream.operators.deadletter;

import org.jspecify.annotations.NullMarked;
