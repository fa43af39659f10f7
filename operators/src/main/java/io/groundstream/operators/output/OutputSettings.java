package io.groundstream.operators.output;

import java.io.Serializable;

/** The destination of a job's results. */
public sealed interface OutputSettings extends Serializable permits KafkaOutput, FileOutput {}
