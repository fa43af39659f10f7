package io.groundstream.operators.settings;

import java.util.List;

/**
 * Reports that the configuration is invalid. The message has one line per problem, in the form
 * {@code grounding.capacity: 0 (expected: > 0)}.
 */
public final class InvalidConfigurationException extends Exception {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  InvalidConfigurationException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** Returns all problems, one line each. */
  public List<String> problems() {
    return problems;
  }
}
