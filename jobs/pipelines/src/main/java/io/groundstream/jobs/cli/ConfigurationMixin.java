package io.groundstream.jobs.cli;

import io.groundstream.operators.settings.InvalidConfigurationException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The configuration of a command: a file, and options that override it. */
public final class ConfigurationMixin {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(names = "--config", paramLabel = "FILE", description = "The configuration, as YAML.")
  private @Nullable Path config;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      mapFallbackValue = "",
      description = "Set one option; it overrides the file. Repeatable.")
  private Map<String, String> overrides = new HashMap<>();

  /** Parses settings from values. */
  public interface Parser<T> {
    T parse(Map<String, String> values) throws InvalidConfigurationException;
  }

  /** Returns the values of the file, overridden by the options. */
  public Map<String, String> values() throws CommandException {
    Map<String, String> values = file();
    values.putAll(overrides);
    return values;
  }

  /** Returns the values of the file. */
  public Map<String, String> file() throws CommandException {
    return config == null ? new HashMap<>() : YamlFile.read(config);
  }

  /** Returns the values of the options. */
  public Map<String, String> overrides() {
    return overrides;
  }

  /**
   * Returns the settings that the values define.
   *
   * @throws ParameterException with all their problems
   */
  public <T> T settings(Map<String, String> values, Parser<T> parser) {
    try {
      return parser.parse(values);
    } catch (InvalidConfigurationException e) {
      throw new ParameterException(
          spec.commandLine(),
          "The configuration is invalid:\n  " + String.join("\n  ", e.problems()),
          e);
    }
  }
}
