package io.groundstream.console.cli;

import io.groundstream.console.terminal.TerminalDetection;
import io.groundstream.console.terminal.TerminalGraphics;
import io.groundstream.console.view.FollowOptions;
import io.groundstream.console.view.StartFrom;
import io.groundstream.console.view.TopicReaderSettings;
import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.ConfigurationMixin;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.kafka.RegistryOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of {@code consume --follow}. */
final class FollowMixin {
  /** How images are shown. */
  enum Pictures {
    auto,
    kitty,
    sixel,
    none
  }

  private static final List<String> ONLY_HERE =
      List.of("--config", "-D", "--from", "--pictures", "--images");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Mixin private ConfigurationMixin configuration;

  @Option(
      names = "--follow",
      description =
          "Show a job's results as they arrive, as text for people: a block of lines for each"
              + " event, with a small image and its boxes in terminals that can show it. Reads the"
              + " topics of images, phrases and dead letters that the configuration names, instead"
              + " of --topic.")
  private boolean follow;

  @Option(
      names = "--from",
      paramLabel = "now|earliest|DURATION",
      defaultValue = "now",
      description =
          "With --follow: begin with new records, with all records of the topics, or with those of"
              + " the last time, such as 10min (default: ${DEFAULT-VALUE}).")
  private String from;

  @Option(
      names = "--pictures",
      paramLabel = "auto|kitty|sixel|none",
      defaultValue = "auto",
      description =
          "With --follow: how the terminal shows images: by Kitty's protocol, as sixels, not at"
              + " all, or as it says itself when it is asked (default: ${DEFAULT-VALUE}).")
  private Pictures pictures;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description =
          "With --follow: a folder that has the images under their identifiers. Without it, images"
              + " come from the topic of events, or from the places that events name and that"
              + " fetch.allowed-roots or fetch.http.allowed-hosts permit.")
  private @Nullable Path images;

  boolean isOn() {
    return follow;
  }

  /** Checks that options for following stand beside it. */
  void check() {
    if (follow) {
      return;
    }
    for (String option : ONLY_HERE) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new ParameterException(spec.commandLine(), option + ": only with --follow");
      }
    }
  }

  /** Returns what to follow. */
  FollowOptions options(
      ConnectionOptions connection, @Nullable Long count, @Nullable Duration idleTimeout)
      throws CommandException {
    if (images != null && !Files.isDirectory(images)) {
      throw new ParameterException(
          spec.commandLine(), "--images: " + images + " (expected: a folder)");
    }
    TopicReaderSettings topics =
        configuration.settings(values(connection), TopicReaderSettings::parse);
    return new FollowOptions(
        topics, start(), graphics(), TerminalDetection.isTerminal(), images, count, idleTimeout);
  }

  private Map<String, String> values(ConnectionOptions connection) throws CommandException {
    Map<String, String> values = new HashMap<>();
    values.put(KafkaOptions.BOOTSTRAP_SERVERS.key(), connection.bootstrapServers());
    values.put(RegistryOptions.URLS.key(), connection.schemaRegistry().replace(',', ';'));
    Map<String, String> configured = configuration.values();
    // Options of the command line win over the file.
    if (isGiven("--bootstrap-servers")) {
      configured.remove(KafkaOptions.BOOTSTRAP_SERVERS.key());
    }
    if (isGiven("--schema-registry")) {
      configured.remove(RegistryOptions.URLS.key());
    }
    values.putAll(configured);
    connection
        .properties()
        .forEach((key, value) -> values.put(KafkaOptions.PROPERTIES_PREFIX + key, value));
    connection
        .registryProperties()
        .forEach((key, value) -> values.put(RegistryOptions.PROPERTIES_PREFIX + key, value));
    return values;
  }

  private boolean isGiven(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  private StartFrom start() {
    if (from.equals("now")) {
      return StartFrom.NOW;
    }
    if (from.equals("earliest")) {
      return StartFrom.EARLIEST;
    }
    try {
      return StartFrom.since(new DurationConverter().convert(from));
    } catch (RuntimeException e) {
      throw new ParameterException(
          spec.commandLine(),
          "--from: " + from + " (expected: now, earliest, or a duration such as 10min)",
          e);
    }
  }

  private TerminalGraphics graphics() {
    return switch (pictures) {
      case auto -> TerminalDetection.detect();
      case kitty -> TerminalGraphics.KITTY;
      case sixel -> TerminalGraphics.SIXEL;
      case none -> TerminalGraphics.NONE;
    };
  }
}
