package io.groundstream.operators.output;

import java.io.Serializable;

/** Where a job's results go. */
public sealed interface OutputSettings extends Serializable permits KafkaOutput, FileOutput {}
