/**
 * The contracts of every topic: how their records are identified, framed and registered. Knows Avro
 * and the Schema Registry; knows nothing of Kafka clients, Flink or the model.
 */
@NullMarked
package io.groundstream.schemas;

import org.jspecify.annotations.NullMarked;
