package io.groundstream.operators.settings;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/** Reads options and collects all their problems, so that they can be reported together. */
public final class SettingsReader {
  private final Map<String, String> values;
  private final Configuration configuration;
  private final Set<String> problems;
  private final @Nullable Map<String, String> sources;

  public SettingsReader(Map<String, String> values) {
    this(new TreeMap<>(values), new LinkedHashSet<>(), null);
  }

  private SettingsReader(
      Map<String, String> values, Set<String> problems, @Nullable Map<String, String> sources) {
    this.values = values;
    this.configuration = Configuration.fromMap(values);
    this.problems = problems;
    this.sources = sources;
  }

  /**
   * Returns a reader in which some keys have the values of others. It reports problems to this
   * reader, under the keys that have the values.
   *
   * @param sources the keys with the values, by those that are read
   */
  public SettingsReader overlaid(Map<String, String> sources) {
    Map<String, String> overlaid = new TreeMap<>(values);
    sources.forEach(
        (key, source) -> {
          String value = values.get(source);
          if (value != null) {
            overlaid.put(key, value);
          }
        });
    return new SettingsReader(overlaid, problems, Map.copyOf(sources));
  }

  /** Returns whether an option is set in this reader itself, rather than where it came from. */
  public boolean isOwn(ConfigOption<?> option) {
    return sources == null ? isSet(option) : sources.containsKey(option.key());
  }

  /** Overrides the default of an option. */
  public <T> void setDefault(ConfigOption<T> option, T value) {
    if (!values.containsKey(option.key())) {
      configuration.set(option, value);
      values.put(option.key(), String.valueOf(configuration.toMap().get(option.key())));
    }
  }

  /** Returns the option's value, or its default if the value is not set or invalid. */
  public <T> T get(ConfigOption<T> option, Predicate<T> valid, String expected) {
    T value = find(option, valid, expected);
    return value == null ? option.defaultValue() : value;
  }

  /** Returns the option's value, or null if it is not set or invalid. */
  public <T> @Nullable T find(ConfigOption<T> option, Predicate<T> valid, String expected) {
    try {
      T value = configuration.getOptional(option).orElse(null);
      if (value == null || valid.test(value)) {
        return value;
      }
    } catch (IllegalArgumentException e) {
      // The value does not have the option's type; reported below like a value out of range.
    }
    problem(option, expected);
    return null;
  }

  /** Returns the option's value; if it is not set, records a problem and returns an empty text. */
  public String require(ConfigOption<String> option, String expected) {
    if (!values.containsKey(option.key())) {
      problems.add(option.key() + ": not set (expected: " + expected + ")");
      return "";
    }
    String value = find(option, text -> !text.isBlank(), expected);
    return value == null ? "" : value;
  }

  /** Returns the values of the keys with a prefix, by the rest of the key. */
  public Map<String, String> under(String prefix) {
    Map<String, String> found = new TreeMap<>();
    values.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            found.put(key.substring(prefix.length()), value);
          }
        });
    return found;
  }

  public boolean isSet(ConfigOption<?> option) {
    return values.containsKey(option.key());
  }

  /** Records that an option's value is invalid. */
  public void problem(ConfigOption<?> option, String expected) {
    String value =
        values.containsKey(option.key())
            ? String.valueOf(values.get(option.key()))
            : String.valueOf(option.defaultValue());
    problem(option.key(), value, expected);
  }

  public void problem(String key, String value, String expected) {
    problems.add(
        (sources == null ? key : sources.getOrDefault(key, key))
            + ": "
            + value
            + " (expected: "
            + expected
            + ")");
  }

  /**
   * Records unknown keys as problems.
   *
   * @param options all known options
   * @param prefixes the prefixes of keys that are passed through
   */
  public void rejectUnknownKeys(List<ConfigOption<?>> options, List<String> prefixes) {
    List<String> known = options.stream().map(ConfigOption::key).toList();
    for (String key : values.keySet()) {
      if (known.contains(key) || prefixes.stream().anyMatch(key::startsWith)) {
        continue;
      }
      String nearest = NearestName.of(key, known);
      problems.add(
          key
              + ": unknown key (expected: "
              + (nearest == null
                  ? "a key of the reference, or one under " + String.join(", ", prefixes)
                  : "perhaps " + nearest)
              + ")");
    }
  }

  public void throwIfWrong() throws InvalidConfigurationException {
    if (!problems.isEmpty()) {
      throw new InvalidConfigurationException(List.copyOf(problems));
    }
  }
}
