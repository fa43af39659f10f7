package io.groundstream.operators.grounding;

import io.groundstream.avro.DecodingOptions;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.operators.deadletter.DeadLetterOptions;
import io.groundstream.operators.fetch.FetchOptions;
import io.groundstream.operators.fetch.FetchSettings;
import io.groundstream.operators.format.PerTopic;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.settings.SettingsReader;
import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Checked {@link GroundingOptions} and {@link DeadLetterOptions}.
 *
 * @param requests what is asked about events that have no requests themselves
 * @param decoding how tokens are chosen, unless a request says otherwise
 * @param noRepeatNgramSize {@link GenerationOptions#AS_IN_CHECKPOINT} if it is not set
 * @param preparationThreads how many threads of a task manager prepare images; null for all of its
 *     processors, which only the task manager knows
 * @param decodingMemory the memory for images that are being decoded, in bytes
 * @param modelAttempts how often decoding and inference are tried
 * @param reuseWindow for how long an image is reused
 * @param reuseMemory the memory for images that may be reused, in bytes
 * @param fetching which URIs are followed
 * @param maxDeadLetterBytes the largest original value that a dead letter holds
 * @param maxAttempts how often an event may be tried before it is no longer retryable
 * @param tombstones what records without a value mean
 */
public record GroundingSettings(
    PerTopic<RequestRules> requests,
    int maxNewTokens,
    int noRepeatNgramSize,
    DecodingSettings decoding,
    int capacity,
    boolean ordered,
    int maxRequests,
    @Nullable Integer preparationThreads,
    FetchSettings fetching,
    long decodingMemory,
    int modelAttempts,
    Duration reuseWindow,
    long reuseMemory,
    int maxDeadLetterBytes,
    int maxAttempts,
    KafkaOptions.Tombstones tombstones)
    implements Serializable {

  private static final Duration LONGEST_REUSE = Duration.ofDays(1);

  /** Reads the settings, and reports what is wrong with them. */
  public static GroundingSettings read(SettingsReader reader) {
    int maxRequests = reader.get(GroundingOptions.MAX_REQUESTS, count -> count > 0, "> 0");
    int maxNewTokens = reader.get(GroundingOptions.MAX_NEW_TOKENS, count -> count > 0, "> 0");
    return new GroundingSettings(
        PerTopic.read(reader, topic -> RequestRules.read(topic, maxRequests)),
        maxNewTokens,
        Objects.requireNonNullElse(
            reader.find(GroundingOptions.NO_REPEAT_NGRAM_SIZE, size -> size >= 0, ">= 0"),
            GenerationOptions.AS_IN_CHECKPOINT),
        DecodingSettings.read(reader, maxNewTokens),
        reader.get(GroundingOptions.CAPACITY, size -> size > 0, "> 0"),
        reader.get(GroundingOptions.ORDERED, any -> true, "true or false"),
        maxRequests,
        reader.find(GroundingOptions.PREPARATION_THREADS, count -> count > 0, "> 0"),
        FetchSettings.read(reader),
        reader.get(GroundingOptions.DECODING_MEMORY, size -> size.getBytes() > 0, "> 0").getBytes(),
        reader.get(GroundingOptions.MAX_ATTEMPTS, count -> count > 0, "> 0"),
        reader.get(
            FetchOptions.REUSE_WINDOW, time -> time.compareTo(LONGEST_REUSE) <= 0, "0 s to 1 d"),
        reader.get(FetchOptions.REUSE_MEMORY, any -> true, "a size").getBytes(),
        (int)
            reader
                .get(
                    DeadLetterOptions.MAX_BYTES,
                    size -> size.getBytes() <= Integer.MAX_VALUE,
                    "0 to 2 gb")
                .getBytes(),
        reader.get(DeadLetterOptions.MAX_ATTEMPTS, count -> count > 0, "> 0"),
        reader.get(KafkaOptions.TOMBSTONES, any -> true, "skip or delete"));
  }

  /**
   * Returns how an answer is generated.
   *
   * @param own the request's own options; null for none
   */
  public GenerationOptions generation(@Nullable DecodingOptions own) {
    return decoding.options(maxNewTokens, noRepeatNgramSize, own);
  }
}
