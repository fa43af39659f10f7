package io.groundstream.operators.config;

/**
 * Results go to Kafka's topics, in the wire format of a schema registry.
 *
 * @param readsEvents whether the job also reads the events' topic, which then has to be there
 */
public record KafkaOutput(KafkaSettings kafka, RegistrySettings registry, boolean readsEvents)
    implements OutputSettings {}
