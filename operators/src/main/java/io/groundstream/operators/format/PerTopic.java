package io.groundstream.operators.format;

import io.groundstream.operators.settings.SettingsReader;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Settings for the topics of events: some topics have their own.
 *
 * @param otherwise the settings of all other topics
 * @param named the settings of single topics, by name
 * @param matching the settings of topics whose names match, of which the first that matches counts
 */
public record PerTopic<T>(T otherwise, Map<String, T> named, List<Matching<T>> matching)
    implements Serializable {
  /** The settings of topics whose whole names match a regular expression. */
  public record Matching<T>(Pattern pattern, T value) implements Serializable {
    // Patterns have no equality of their own, and subtasks with equal settings share resources.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Matching<?> matching
          && pattern.pattern().equals(matching.pattern.pattern())
          && value.equals(matching.value);
    }

    @Override
    public int hashCode() {
      return Objects.hash(pattern.pattern(), value);
    }
  }

  public PerTopic {
    named = Map.copyOf(named);
    matching = List.copyOf(matching);
  }

  /** Returns the same settings for all topics. */
  public static <T> PerTopic<T> same(T all) {
    return new PerTopic<>(all, Map.of(), List.of());
  }

  /**
   * Reads the settings of each topic, and reports what is wrong with them.
   *
   * @param read reads the settings of one topic, from a reader in which the keys of that topic
   *     replace those for all topics
   */
  public static <T> PerTopic<T> read(SettingsReader reader, Function<SettingsReader, T> read) {
    Map<String, T> named = new LinkedHashMap<>();
    List<Matching<T>> matching = new ArrayList<>();
    for (TopicOptions topic : TopicOptions.read(reader)) {
      T value = read.apply(reader.overlaid(topic.keys()));
      if (topic.pattern() == null) {
        named.put(topic.name(), value);
      } else {
        matching.add(new Matching<>(Pattern.compile(topic.pattern()), value));
      }
    }
    return new PerTopic<>(read.apply(reader), named, matching);
  }

  /** Returns whether all topics have the same settings. */
  boolean isSame() {
    return named.isEmpty() && matching.isEmpty();
  }

  /** Returns the settings of a topic. */
  public T of(String topic) {
    T own = named.get(topic);
    if (own != null) {
      return own;
    }
    for (Matching<T> candidate : matching) {
      if (candidate.pattern().matcher(topic).matches()) {
        return candidate.value();
      }
    }
    return otherwise;
  }

  /** Returns the same choice between other values. */
  <R> PerTopic<R> map(Function<T, R> function) {
    Map<String, R> mapped = new LinkedHashMap<>();
    named.forEach((name, value) -> mapped.put(name, function.apply(value)));
    return new PerTopic<>(
        function.apply(otherwise),
        mapped,
        matching.stream()
            .map(one -> new Matching<>(one.pattern(), function.apply(one.value())))
            .toList());
  }
}
