package io.groundstream.operators.output;

import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.kafka.RegistrySettings;

/**
 * Writes results to Kafka topics, in the wire format of a schema registry.
 *
 * @param readsEvents whether the job also reads the events topic, which then has to exist
 */
public record KafkaOutput(KafkaSettings kafka, RegistrySettings registry, boolean readsEvents)
    implements OutputSettings {}
