package io.groundstream.operators.grounding;

import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/** What is asked about images, and how many at a time. */
public final class GroundingOptions {
  public static final ConfigOption<List<String>> DEFAULT_TASKS =
      ConfigOptions.key("grounding.default-tasks")
          .stringType()
          .asList()
          .defaultValues("grounded-caption")
          .withDescription(
              "What is asked about an image whose event asks nothing: tasks that need neither text"
                  + " nor boxes, separated by semicolons.");

  public static final ConfigOption<Integer> MAX_NEW_TOKENS =
      ConfigOptions.key("grounding.max-new-tokens")
          .intType()
          .defaultValue(96)
          .withDescription("The most tokens that an answer may have.");

  public static final ConfigOption<Integer> NO_REPEAT_NGRAM_SIZE =
      ConfigOptions.key("grounding.no-repeat-ngram-size")
          .intType()
          .defaultValue(0)
          .withDescription(
              "If positive, no sequence of so many tokens occurs twice in prompt and answer; the"
                  + " Kosmos-2 paper's evaluation uses 3. 0 switches it off.");

  public static final ConfigOption<Integer> CAPACITY =
      ConfigOptions.key("grounding.capacity")
          .intType()
          .defaultValue(64)
          .withDescription(
              "How many events a subtask works on at a time. They are part of every checkpoint,"
                  + " with their images' bytes where the events hold these.");

  public static final ConfigOption<Boolean> ORDERED =
      ConfigOptions.key("grounding.ordered")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether results leave in the order of their events. Then a slow event, such as one"
                  + " whose picture is on a slow host, holds up all that came after it; else two"
                  + " events of one image may overtake each other.");

  public static final ConfigOption<Integer> MAX_REQUESTS =
      ConfigOptions.key("grounding.max-requests")
          .intType()
          .defaultValue(32)
          .withDescription("The most requests that one event may hold.");

  public static final ConfigOption<Integer> PREPARATION_THREADS =
      ConfigOptions.key("grounding.preparation-threads")
          .intType()
          .noDefaultValue()
          .withDescription(
              "How many threads of a task manager decode and resize images. Default: all"
                  + " processors, at least 2.");

  public static final ConfigOption<MemorySize> DECODING_MEMORY =
      ConfigOptions.key("grounding.decoding-memory")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(512))
          .withDescription(
              "What pictures may take in the memory of a task manager while they are decoded, at 6"
                  + " bytes a pixel. Half of it is shared by the preparation threads; pictures too"
                  + " large for a thread's share take turns in the other half, and one that is"
                  + " larger than that half is decoded while no other large one is.");

  public static final ConfigOption<Integer> MAX_ATTEMPTS =
      ConfigOptions.key("grounding.max-attempts")
          .intType()
          .defaultValue(3)
          .withDescription(
              "How often decoding and inference are tried where trying again may help, such as when"
                  + " memory was short, within the event's deadline; only then there is a dead"
                  + " letter.");

  private GroundingOptions() {}
}
