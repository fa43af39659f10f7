package io.groundstream.operators.kafka;

import java.util.List;

/**
 * Brokers refuse the principal, its rights do not suffice, or the clients' settings cannot work.
 * Unlike brokers that are away, this stays as it is until the configuration, the password or the
 * rights change.
 */
public final class AccessRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  AccessRefusedException(List<String> problems) {
    super(String.join("\n  ", problems));
    this.problems = List.copyOf(problems);
  }

  /** Returns everything that was refused, one sentence each. */
  public List<String> problems() {
    return problems;
  }
}
