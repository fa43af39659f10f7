package io.groundstream.operators.format;

import io.groundstream.operators.kafka.EventTopics;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.settings.SettingsReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.jspecify.annotations.Nullable;

/**
 * The keys {@code events.topics.NAME.…} of one topic, or of all topics that match a pattern.
 *
 * @param name the topic's name, or any name if there is a pattern
 * @param pattern a regular expression for the whole names of the topics; null for the topic of that
 *     name
 * @param keys the configured keys, by those for all topics that they replace
 */
public record TopicOptions(String name, @Nullable String pattern, Map<String, String> keys) {
  /** Keys with this prefix hold for one topic, or for those that match a pattern. */
  public static final String PREFIX = "events.topics.";

  /** The key for all topics that {@code events.topics.NAME.default-tasks} replaces. */
  public static final String DEFAULT_TASKS = "grounding.default-tasks";

  /** The prefix for all topics beside which there is {@code events.topics.NAME.rules.}. */
  public static final String RULES = "requests.rules.";

  private static final String EVENTS = "events.";
  private static final String PATTERN = "pattern";
  private static final String TASKS = "default-tasks";
  private static final Pattern RULE = Pattern.compile("(.+)\\.rules\\.([^.]+)\\.(when|requests)");

  /** Sorts before the names of rules for all topics. */
  private static final String OWN = " ";

  private static final String EXPECTED =
      PREFIX
          + "NAME. and pattern, default-tasks, rules.RULE.when, rules.RULE.requests, format or"
          + " another key of events.*";

  public TopicOptions {
    keys = Map.copyOf(keys);
  }

  /** Reads the keys of all topics, in the order of names, and reports what is wrong with them. */
  static List<TopicOptions> read(SettingsReader reader) {
    Map<String, Map<String, String>> keys = new TreeMap<>();
    Map<String, String> patterns = new TreeMap<>();
    Set<String> endings = new LinkedHashSet<>();
    for (ConfigOption<?> option : EventFormats.options()) {
      if (option.key().startsWith(EVENTS)) {
        endings.add("." + option.key().substring(EVENTS.length()));
      }
    }
    endings.add("." + PATTERN);
    endings.add("." + TASKS);
    Map<String, String> found = reader.under(PREFIX);
    Set<String> known = known(reader, found.keySet());
    found.forEach(
        (rest, value) -> {
          String key = PREFIX + rest;
          List<Reading> readings = readings(rest, endings);
          if (readings.size() > 1) {
            // A topic's name may itself end like the beginning of a key.
            List<Reading> likely =
                readings.stream().filter(reading -> known.contains(reading.name())).toList();
            readings = likely.isEmpty() ? readings : likely;
          }
          if (readings.size() > 1) {
            reader.problem(
                key,
                value,
                "one meaning, not "
                    + readings.stream().map(Reading::toString).collect(Collectors.joining(" and "))
                    + "; rename the rule, or use a name and "
                    + PREFIX
                    + "NAME."
                    + PATTERN);
          } else if (readings.isEmpty()) {
            reader.problem(key, value, EXPECTED);
          } else {
            Reading reading = readings.get(0);
            Map<String, String> own = keysOf(keys, reading.name());
            if (reading.option().equals(PATTERN)) {
              patterns.put(reading.name(), pattern(reader, key, value));
            } else {
              own.put(reading.replaced(), key);
            }
          }
        });
    List<TopicOptions> topics = new ArrayList<>();
    keys.forEach((name, own) -> topics.add(new TopicOptions(name, patterns.get(name), own)));
    return topics;
  }

  /**
   * What a key may mean.
   *
   * @param option the end of the key behind the topic's name
   * @param replaced the key for all topics that it replaces
   */
  private record Reading(String name, String option, String replaced) {
    @Override
    public String toString() {
      return option + " of the topic " + name;
    }
  }

  private static List<Reading> readings(String rest, Set<String> endings) {
    List<Reading> readings = new ArrayList<>();
    Matcher rule = RULE.matcher(rest);
    if (rule.matches()) {
      // Before the rules of all topics, which are ordered by name, too.
      readings.add(
          new Reading(
              rule.group(1),
              rest.substring(rule.group(1).length() + 1),
              RULES + OWN + rule.group(2) + "." + rule.group(3)));
    }
    for (String ending : endings) {
      if (rest.endsWith(ending) && rest.length() > ending.length()) {
        String option = ending.substring(1);
        readings.add(
            new Reading(
                rest.substring(0, rest.length() - ending.length()),
                option,
                option.equals(TASKS) ? DEFAULT_TASKS : EVENTS + option));
      }
    }
    return readings;
  }

  /** Returns the topics that are named, and the names of patterns. */
  private static Set<String> known(SettingsReader reader, Set<String> keys) {
    Set<String> known = new HashSet<>(EventTopics.read(reader).names());
    String ending = "." + PATTERN;
    for (String key : keys) {
      if (key.endsWith(ending)) {
        known.add(key.substring(0, key.length() - ending.length()));
      }
    }
    return known;
  }

  private static Map<String, String> keysOf(Map<String, Map<String, String>> keys, String name) {
    return keys.computeIfAbsent(name, any -> new LinkedHashMap<>());
  }

  private static String pattern(SettingsReader reader, String key, String value) {
    if (EventTopics.isPattern(value)) {
      return value;
    }
    reader.problem(key, value, EventTopics.PATTERN_EXPECTED);
    return Pattern.quote(value);
  }

  /** Reports settings of topics that the job does not read. */
  public static void check(SettingsReader reader, EventTopics topics) {
    for (TopicOptions own : read(reader)) {
      if (own.pattern() == null && !topics.contains(own.name())) {
        reader.problem(
            PREFIX + own.name(),
            "settings of a topic that the job does not read",
            "a topic of "
                + KafkaOptions.EVENTS_TOPICS.key()
                + " or "
                + KafkaOptions.EVENTS_PATTERN.key()
                + ": "
                + topics
                + "; or also "
                + PREFIX
                + own.name()
                + ".pattern");
      } else if (own.keys().isEmpty()) {
        reader.problem(PREFIX + own.name(), "only a pattern", "also settings of these topics");
      }
    }
  }
}
