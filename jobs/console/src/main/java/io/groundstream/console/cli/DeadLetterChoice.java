package io.groundstream.console.cli;

import io.groundstream.console.deadletters.DeadLetterFilter;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The topic of dead letters, and a selection from it: those that match all options. */
final class DeadLetterChoice {
  private static final String POSITION = "\\d{1,9}:\\d{1,18}";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Mixin private ConnectionOptions connection;

  @Option(
      names = "--topic",
      defaultValue = "dead-letters",
      description = "The topic of the dead letters (default: ${DEFAULT-VALUE}).")
  private String topic;

  @Option(
      names = "--stage",
      split = ",",
      description =
          "Only those of this stage: decode-record, fetch, decode-image, request, inference, emit"
              + " or index. Repeatable.")
  private List<String> stages = List.of();

  @Option(
      names = "--code",
      split = ",",
      description = "Only those of this code, such as image-not-found. Repeatable.")
  private List<String> codes = List.of();

  @Option(
      names = "--retryable",
      negatable = true,
      fallbackValue = "true",
      description =
          "Only those that may succeed when they are tried again unchanged; with --no-retryable"
              + " only the others.")
  private @Nullable Boolean retryable;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = InstantConverter.class,
      description =
          "Only those made since then: a day such as 2026-01-31, a time in UTC such as"
              + " 2026-01-31T12:00:00Z, or how long ago, such as 2h.")
  private @Nullable Instant since;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      converter = InstantConverter.class,
      description = "Only those made before.")
  private @Nullable Instant until;

  @Option(
      names = "--event-id",
      paramLabel = "ID",
      description = "Only those of this event. Repeatable.")
  private List<String> eventIds = List.of();

  ConnectionOptions connection() {
    return connection;
  }

  String topic() {
    return topic;
  }

  DeadLetterFilter filter(List<String> positions) {
    for (String position : positions) {
      if (!position.matches(POSITION)) {
        throw new ParameterException(
            spec.commandLine(),
            "POSITION: " + position + " (expected: PARTITION:OFFSET in the topic, such as 0:17)");
      }
    }
    return new DeadLetterFilter(
        set(stages), set(codes), retryable, since, until, set(eventIds), set(positions));
  }

  private static Set<String> set(List<String> values) {
    return new LinkedHashSet<>(values);
  }
}
