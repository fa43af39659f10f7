package io.groundstream.operators.output;

import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.kafka.RegistrySettings;

/**
 * Results go to Kafka's topics, in the wire format of a schema registry.
 *
 * @param readsEvents whether the job also reads the events' topic, which then has to be there
 */
public record KafkaOutput(KafkaSettings kafka, RegistrySettings registry, boolean readsEvents)
    implements OutputSettings {}
