package io.groundstream.kosmos2.checkpoint;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The activation functions of feed-forward layers, with their names in configuration files. */
public enum Activation {
  /** x·Φ(x), exactly. */
  GELU("gelu", "gelu_python"),
  /** x·σ(1.702·x). */
  QUICK_GELU("quick_gelu"),
  /** GELU approximated with tanh. */
  GELU_TANH("gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_python_tanh"),
  /** max(x, 0). */
  RELU("relu");

  @SuppressWarnings("ImmutableEnumChecker") // List.of() is immutable
  private final List<String> configNames;

  Activation(String... configNames) {
    this.configNames = List.of(configNames);
  }

  static Optional<Activation> byConfigName(String name) {
    return Arrays.stream(values()).filter(a -> a.configNames.contains(name)).findFirst();
  }

  static String knownConfigNames() {
    return Arrays.stream(values())
        .flatMap(a -> a.configNames.stream())
        .collect(Collectors.joining(", "));
  }
}
