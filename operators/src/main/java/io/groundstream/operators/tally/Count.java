package io.groundstream.operators.tally;

import io.groundstream.operators.output.OutputTopic;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The counts of a job, with the names of their accumulators. */
public enum Count {
  /** Events, each of which is an image or a failure in the archive. */
  PICTURES("groundstream.pictures"),
  /** Events that left a dead letter, at least one. */
  FAILED_PICTURES("groundstream.failed-pictures"),
  /** Records of images. */
  IMAGES("groundstream.images"),
  /** Records of phrases. */
  PHRASES("groundstream.phrases"),
  /** Dead letters. */
  DEAD_LETTERS("groundstream.dead-letters"),
  /** Requests to the model for these results; those whose results were lost do not count. */
  MODEL_CALLS("groundstream.model-calls"),
  /** The busy time of all devices together, in nanoseconds. */
  DEVICE_NANOS("groundstream.device-nanos"),
  /** Bytes of the archive that are done. */
  SOURCE_BYTES("groundstream.source-bytes"),
  /** The value of {@link #PICTURES} when the job started from a checkpoint. */
  RESTORED_PICTURES("groundstream.restored-pictures"),
  /** The value of {@link #SOURCE_BYTES} when the job started from a checkpoint. */
  RESTORED_SOURCE_BYTES("groundstream.restored-source-bytes");

  private static final String CODE_PREFIX = "groundstream.code.";
  private static final String NOTE_PREFIX = "groundstream.note.";
  private static final String EXAMPLE_PREFIX = "groundstream.note-example.";

  /** The maximum number of examples of one kind of note. */
  static final int MOST_EXAMPLES = 5;

  private final String key;

  Count(String key) {
    this.key = key;
  }

  String key() {
    return key;
  }

  static Count of(OutputTopic topic) {
    return switch (topic) {
      case IMAGES -> IMAGES;
      case PHRASES -> PHRASES;
      case DEAD_LETTERS -> DEAD_LETTERS;
    };
  }

  static String ofCode(String code) {
    return CODE_PREFIX + code;
  }

  static String ofNote(String code) {
    return NOTE_PREFIX + code;
  }

  /**
   * Returns the counter name of an example; examples are counters, too, so that they are in the
   * same state.
   */
  static String ofExample(String code, String example) {
    return EXAMPLE_PREFIX + code + " " + example;
  }

  /** Returns the number of notes by code, from a job's accumulators. */
  public static Map<String, Long> notes(Map<String, Object> accumulators) {
    return withPrefix(NOTE_PREFIX, accumulators);
  }

  /** Returns some examples of notes with a code, from a job's accumulators. */
  public static List<String> examples(String code, Map<String, Object> accumulators) {
    return withPrefix(ofExample(code, ""), accumulators).keySet().stream()
        .limit(MOST_EXAMPLES)
        .toList();
  }

  /** Returns this count from a job's accumulators; 0 if there is none yet. */
  public long in(Map<String, Object> accumulators) {
    return accumulators.get(key) instanceof Long count ? count : 0;
  }

  /** Returns the number of dead letters by code, from a job's accumulators. */
  public static Map<String, Long> codes(Map<String, Object> accumulators) {
    return withPrefix(CODE_PREFIX, accumulators);
  }

  private static Map<String, Long> withPrefix(String prefix, Map<String, Object> accumulators) {
    Map<String, Long> counts = new TreeMap<>();
    accumulators.forEach(
        (name, value) -> {
          if (name.startsWith(prefix) && value instanceof Long count) {
            counts.put(name.substring(prefix.length()), count);
          }
        });
    return counts;
  }
}
