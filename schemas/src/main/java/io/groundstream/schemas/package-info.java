/**
 * The contracts of all topics: how their records are identified, framed and registered. Depends on
 * Avro and the Schema Registry, but not on Kafka clients, Flink or the model.
 */
@NullMarked
package io.groundstream.schemas;

import org.jspecify.annotations.NullMarked;
