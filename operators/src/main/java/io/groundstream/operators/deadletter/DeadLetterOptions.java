package io.groundstream.operators.deadletter;

import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/** What a dead letter holds. */
public final class DeadLetterOptions {
  public static final ConfigOption<MemorySize> MAX_BYTES =
      ConfigOptions.key("dead-letter.max-bytes")
          .memoryType()
          .defaultValue(new MemorySize(768 * 1024))
          .withDescription(
              "The largest value of an original record that its dead letter holds; of larger ones"
                  + " it holds the coordinates alone.");

  public static final ConfigOption<Integer> MAX_ATTEMPTS =
      ConfigOptions.key("dead-letter.max-attempts")
          .intType()
          .defaultValue(5)
          .withDescription(
              "How often an event may be tried, replays included. The dead letter of the last time"
                  + " is not retryable whatever its code, and groundstream dead-letters replay"
                  + " leaves it alone, so that nothing goes round for ever.");

  private DeadLetterOptions() {}
}
