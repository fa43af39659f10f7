package io.groundstream.operators.format;

/** What a format gets from the job when its decoder is opened. */
public interface EventDecoderContext {
  /**
   * Returns a decoder of image events in Avro with the Confluent wire format. It waits for a
   * registry that does not answer.
   */
  EventDecoder avro();
}
