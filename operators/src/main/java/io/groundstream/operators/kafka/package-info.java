/** What a job may do at its brokers, and what becomes of it when brokers refuse. */
@NullMarked
package io.groundstream.operators.kafka;

import org.jspecify.annotations.NullMarked;
