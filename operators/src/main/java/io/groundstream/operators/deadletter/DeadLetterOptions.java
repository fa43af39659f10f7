package io.groundstream.operators.deadletter;

import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/** Options for dead letters. */
public final class DeadLetterOptions {
  public static final ConfigOption<MemorySize> MAX_BYTES =
      ConfigOptions.key("dead-letter.max-bytes")
          .memoryType()
          .defaultValue(new MemorySize(768 * 1024))
          .withDescription(
              "The largest original value that a dead letter holds. For a larger one, it holds"
                  + " only the coordinates of the record.");

  public static final ConfigOption<Integer> MAX_ATTEMPTS =
      ConfigOptions.key("dead-letter.max-attempts")
          .intType()
          .defaultValue(5)
          .withDescription(
              "How often an event may be tried, replays included. The dead letter of the last"
                  + " attempt is not retryable, whatever its code, and groundstream dead-letters"
                  + " replay skips it. So no event is replayed for ever.");

  private DeadLetterOptions() {}
}
