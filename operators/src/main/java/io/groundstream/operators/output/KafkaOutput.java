package io.groundstream.operators.output;

import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.kafka.RegistrySettings;

/**
 * Writes results to Kafka topics.
 *
 * @param formats the formats of the topics
 * @param readsEvents whether the job also reads the events topic, which then has to exist
 */
public record KafkaOutput(
    KafkaSettings kafka, RegistrySettings registry, ResultFormats formats, boolean readsEvents)
    implements OutputSettings {}
