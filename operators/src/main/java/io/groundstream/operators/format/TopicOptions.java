package io.groundstream.operators.format;

import io.groundstream.operators.kafka.EventTopics;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.settings.SettingsReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    // The longest first: a topic may end like an option.
    TreeSet<String> endings =
        new TreeSet<>(
            (a, b) -> a.length() == b.length() ? a.compareTo(b) : b.length() - a.length());
    for (ConfigOption<?> option : EventFormats.options()) {
      if (option.key().startsWith(EVENTS)) {
        endings.add("." + option.key().substring(EVENTS.length()));
      }
    }
    endings.add("." + PATTERN);
    endings.add("." + TASKS);
    reader
        .under(PREFIX)
        .forEach(
            (rest, value) -> {
              String key = PREFIX + rest;
              Matcher rule = RULE.matcher(rest);
              if (rule.matches()) {
                // Before the rules of all topics, which are ordered by name, too.
                keysOf(keys, rule.group(1))
                    .put(RULES + OWN + rule.group(2) + "." + rule.group(3), key);
                return;
              }
              for (String ending : endings) {
                if (rest.endsWith(ending) && rest.length() > ending.length()) {
                  String name = rest.substring(0, rest.length() - ending.length());
                  String option = ending.substring(1);
                  Map<String, String> own = keysOf(keys, name);
                  if (option.equals(PATTERN)) {
                    patterns.put(name, pattern(reader, key, value));
                  } else {
                    own.put(option.equals(TASKS) ? DEFAULT_TASKS : EVENTS + option, key);
                  }
                  return;
                }
              }
              reader.problem(key, value, EXPECTED);
            });
    List<TopicOptions> topics = new ArrayList<>();
    keys.forEach((name, own) -> topics.add(new TopicOptions(name, patterns.get(name), own)));
    return topics;
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
