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

/** The configuration, in every command that needs one: a file, and options that win over it. */
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

  /** Makes settings of values. */
  public interface Parser<T> {
    T parse(Map<String, String> values) throws InvalidConfigurationException;
  }

  /** Returns what file and options say. */
  public Map<String, String> values() throws CommandException {
    Map<String, String> values = file();
    values.putAll(overrides);
    return values;
  }

  /** Returns what the file says. */
  public Map<String, String> file() throws CommandException {
    return config == null ? new HashMap<>() : YamlFile.read(config);
  }

  /** Returns what the options say. */
  public Map<String, String> overrides() {
    return overrides;
  }

  /**
   * Returns the settings that values come to.
   *
   * @throws ParameterException with all that is wrong with them
   */
  public <T> T settings(Map<String, String> values, Parser<T> parser) {
    try {
      return parser.parse(values);
    } catch (InvalidConfigurationException e) {
      throw new ParameterException(
          spec.commandLine(),
          "The configuration cannot be used:\n  " + String.join("\n  ", e.problems()),
          e);
    }
  }
}
