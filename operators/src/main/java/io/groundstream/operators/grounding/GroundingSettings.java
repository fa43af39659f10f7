package io.groundstream.operators.grounding;

import io.groundstream.avro.DecodingOptions;
import io.groundstream.avro.Demonstration;
import io.groundstream.avro.ImageRequest;
import io.groundstream.kosmos2.Candidates;
import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.text.CandidateScore;
import io.groundstream.kosmos2.text.Task;
import io.groundstream.operators.deadletter.DeadLetterOptions;
import io.groundstream.operators.fetch.FetchOptions;
import io.groundstream.operators.fetch.FetchSettings;
import io.groundstream.operators.format.PerTopic;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.settings.SettingsReader;
import io.groundstream.schemas.Ids;
import io.groundstream.schemas.text.Texts;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Checked {@link GroundingOptions} and {@link DeadLetterOptions}.
 *
 * @param requests what is asked about events that have no requests themselves
 * @param decoding how tokens are chosen, unless a request says otherwise
 * @param candidates what the task score compares, unless a request says otherwise
 * @param demonstrations what the model is shown before the images of events, with the bytes of its
 *     images
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
    Candidates candidates,
    List<Demonstration> demonstrations,
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

  private static final int LONGEST_SHOWN = 60;
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
        candidates(reader),
        DemonstrationFile.read(reader),
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
   * @throws GroundingException if the own constraint is unknown, or contradicts itself
   */
  public GenerationOptions generation(Task task, @Nullable DecodingOptions own)
      throws GroundingException {
    return decoding.options(task, maxNewTokens, noRepeatNgramSize, own);
  }

  /**
   * Returns the settings that decide about answers, apart from the requests, by their keys: the
   * maximum number of tokens, and those that differ from their defaults.
   */
  public SortedMap<String, String> ofAnswers() {
    SortedMap<String, String> values = new TreeMap<>();
    values.put(GroundingOptions.MAX_NEW_TOKENS.key(), String.valueOf(maxNewTokens));
    if (noRepeatNgramSize != GenerationOptions.AS_IN_CHECKPOINT) {
      put(values, GroundingOptions.NO_REPEAT_NGRAM_SIZE, noRepeatNgramSize);
    }
    put(values, GroundingOptions.MIN_NEW_TOKENS, decoding.minNewTokens());
    put(values, GroundingOptions.REPETITION_PENALTY, decoding.repetitionPenalty());
    put(values, GroundingOptions.BEAMS, decoding.beams());
    put(values, GroundingOptions.LENGTH_PENALTY, decoding.lengthPenalty());
    put(values, GroundingOptions.TEMPERATURE, decoding.temperature());
    put(values, GroundingOptions.TOP_K, decoding.topK());
    put(values, GroundingOptions.TOP_P, decoding.topP());
    put(values, GroundingOptions.SEED, decoding.seed());
    put(values, GroundingOptions.STOP, decoding.stop());
    put(values, GroundingOptions.BAD_WORDS, decoding.badWords());
    put(values, GroundingOptions.CONSTRAINT, decoding.allowed().kind());
    put(values, GroundingOptions.MAX_BOXES, decoding.allowed().maxBoxes());
    put(values, GroundingOptions.CHOICES, decoding.allowed().choices());
    put(values, GroundingOptions.CANDIDATES, candidates.texts());
    put(values, GroundingOptions.RANKING, candidates.ranking());
    if (!demonstrations.isEmpty()) {
      values.put(
          GroundingOptions.DEMONSTRATIONS.key(),
          "sha256:"
              + Ids.contentSha256(demonstrations.toString().getBytes(StandardCharsets.UTF_8)));
    }
    return values;
  }

  private static <T> void put(
      Map<String, String> values, ConfigOption<T> option, @Nullable T value) {
    if (value != null && !value.equals(option.defaultValue())) {
      // As it is written in a file, so that different lists differ.
      Configuration written = new Configuration();
      written.set(option, value);
      values.put(option.key(), written.toMap().getOrDefault(option.key(), ""));
    }
  }

  /**
   * Returns what a request compares.
   *
   * @throws GroundingException if its ranking is unknown
   */
  Candidates candidates(Task task, ImageRequest request) throws GroundingException {
    String ranking = request.getRanking();
    CandidateScore.Ranking by = ranking == null ? candidates.ranking() : ranking(ranking);
    // For another task than score, the model says that it takes no candidates.
    return new Candidates(
        request.getCandidates().isEmpty() && task == Task.SCORE
            ? candidates.texts()
            : request.getCandidates(),
        by);
  }

  private static CandidateScore.Ranking ranking(String name) throws GroundingException {
    for (CandidateScore.Ranking ranking : CandidateScore.Ranking.values()) {
      if (ranking.id().equals(name)) {
        return ranking;
      }
    }
    throw new GroundingException(
        GroundingErrorCode.OPTION_INVALID,
        "ranking: " + Texts.shortened(name, LONGEST_SHOWN) + " (expected: sum or mean)");
  }

  /** Reads what the task score compares. */
  static Candidates candidates(SettingsReader reader) {
    return new Candidates(
        reader.get(
            GroundingOptions.CANDIDATES,
            texts -> texts.size() <= Candidates.MAX && texts.stream().noneMatch(String::isBlank),
            "at most " + Candidates.MAX + " texts"),
        reader.get(GroundingOptions.RANKING, any -> true, "sum or mean"));
  }
}
