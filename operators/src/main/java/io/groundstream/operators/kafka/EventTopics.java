package io.groundstream.operators.kafka;

import io.groundstream.operators.settings.SettingsReader;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The topics that an enrichment job reads.
 *
 * @param names the topics that are named; none if there is only a pattern
 * @param pattern a regular expression for the whole names of further topics; null if there is none
 */
public record EventTopics(List<String> names, @Nullable String pattern) implements Serializable {
  public static final String PATTERN_EXPECTED =
      "a regular expression for names of topics, such as shop\\..*";

  public EventTopics {
    names = List.copyOf(names);
  }

  /** Reads the topics, and reports what is wrong with them. */
  public static EventTopics read(SettingsReader reader) {
    String pattern =
        reader.find(
            KafkaOptions.EVENTS_PATTERN,
            text -> !text.isBlank() && isPattern(text),
            PATTERN_EXPECTED);
    List<String> names =
        pattern != null && !reader.isSet(KafkaOptions.EVENTS_TOPICS)
            ? List.of()
            : reader.get(
                KafkaOptions.EVENTS_TOPICS,
                found ->
                    !found.isEmpty()
                        && found.stream().allMatch(KafkaSettings::isTopic)
                        && new HashSet<>(found).size() == found.size(),
                "different topics with ; between them, each "
                    + KafkaSettings.TOPIC_EXPECTED
                    + "; for a regular expression use "
                    + KafkaOptions.EVENTS_PATTERN.key());
    return new EventTopics(names, pattern);
  }

  /** Returns whether a text is a regular expression. */
  public static boolean isPattern(String text) {
    try {
      return !Pattern.compile(text).pattern().isEmpty();
    } catch (PatternSyntaxException e) {
      return false;
    }
  }

  /** Returns the first named topic; the default if none is named. */
  public String first() {
    return names.isEmpty() ? KafkaOptions.EVENTS_TOPICS.defaultValue().get(0) : names.get(0);
  }

  /** Returns whether the job reads a topic of this name. */
  public boolean contains(String topic) {
    return names.contains(topic) || matches(topic);
  }

  /** Returns whether the name of a topic matches the pattern. */
  boolean matches(String topic) {
    return pattern != null && Pattern.matches(pattern, topic);
  }

  /** Returns a pattern for all topics, named ones and those that match. */
  public Pattern asPattern() {
    Stream<String> quoted = names.stream().map(Pattern::quote);
    Stream<String> all =
        pattern == null ? quoted : Stream.concat(quoted, Stream.of("(?:" + pattern + ")"));
    return Pattern.compile(all.collect(Collectors.joining("|")));
  }

  /**
   * Returns those of some topics that the job reads, and all named topics even if they are not
   * there.
   */
  public List<String> among(Iterable<String> topics) {
    List<String> found = new ArrayList<>(names);
    for (String topic : topics) {
      if (!found.contains(topic) && matches(topic)) {
        found.add(topic);
      }
    }
    return found;
  }

  /** Returns the topics for people: the names, and the pattern between slashes. */
  @Override
  public String toString() {
    Stream<String> all =
        pattern == null
            ? names.stream()
            : Stream.concat(names.stream(), Stream.of("/" + pattern + "/"));
    return all.collect(Collectors.joining(", "));
  }
}
