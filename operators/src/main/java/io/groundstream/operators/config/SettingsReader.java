package io.groundstream.operators.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/** Reads options and gathers everything that is wrong with them, so that it can be told at once. */
final class SettingsReader {
  private final Map<String, String> values;
  private final Configuration configuration;
  private final List<String> problems = new ArrayList<>();

  SettingsReader(Map<String, String> values) {
    this.values = new TreeMap<>(values);
    this.configuration = Configuration.fromMap(this.values);
  }

  /** Returns the option's value, or its default if it is not set or wrong. */
  <T> T get(ConfigOption<T> option, Predicate<T> valid, String expected) {
    T value = find(option, valid, expected);
    return value == null ? option.defaultValue() : value;
  }

  /** Returns the option's value, or null if it is not set or wrong. */
  <T> @Nullable T find(ConfigOption<T> option, Predicate<T> valid, String expected) {
    try {
      T value = configuration.getOptional(option).orElse(null);
      if (value == null || valid.test(value)) {
        return value;
      }
    } catch (IllegalArgumentException e) {
      // Not even of the option's type; told below like a value out of range.
    }
    problem(option, expected);
    return null;
  }

  /** Returns the option's value; if it is not set, that is a problem and the result is empty. */
  String require(ConfigOption<String> option, String expected) {
    if (!values.containsKey(option.key())) {
      problems.add(option.key() + ": not set (expected: " + expected + ")");
      return "";
    }
    String value = find(option, text -> !text.isBlank(), expected);
    return value == null ? "" : value;
  }

  /** Returns the values under a prefix, without it. */
  Map<String, String> under(String prefix) {
    Map<String, String> found = new TreeMap<>();
    values.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            found.put(key.substring(prefix.length()), value);
          }
        });
    return found;
  }

  boolean isSet(ConfigOption<?> option) {
    return values.containsKey(option.key());
  }

  /** Notes that an option's value is wrong. */
  void problem(ConfigOption<?> option, String expected) {
    String value =
        values.containsKey(option.key())
            ? String.valueOf(values.get(option.key()))
            : String.valueOf(option.defaultValue());
    problem(option.key(), value, expected);
  }

  void problem(String key, String value, String expected) {
    problems.add(key + ": " + value + " (expected: " + expected + ")");
  }

  /** Notes the keys that mean nothing. */
  void rejectUnknownKeys() {
    List<String> known = Options.all().stream().map(ConfigOption::key).toList();
    for (String key : values.keySet()) {
      if (known.contains(key) || Options.prefixes().stream().anyMatch(key::startsWith)) {
        continue;
      }
      String nearest = NearestName.of(key, known);
      problems.add(
          key
              + ": unknown key (expected: "
              + (nearest == null
                  ? "a key of the reference, or one under " + String.join(", ", Options.prefixes())
                  : "perhaps " + nearest)
              + ")");
    }
  }

  void throwIfWrong() throws InvalidConfigurationException {
    if (!problems.isEmpty()) {
      throw new InvalidConfigurationException(problems);
    }
  }
}
