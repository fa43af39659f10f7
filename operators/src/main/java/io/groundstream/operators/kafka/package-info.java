/** The rights of a job at its brokers, and how it fails when brokers refuse. */
@NullMarked
package io.groundstream.operators.kafka;

import org.jspecify.annotations.NullMarked;
