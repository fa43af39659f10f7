/** The rights of a job at its brokers, and how it fails when brokers refuse. */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.operators.kafka;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
