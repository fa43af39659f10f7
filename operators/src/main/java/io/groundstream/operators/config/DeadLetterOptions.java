package io.groundstream.operators.config;

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

  private DeadLetterOptions() {}
}
