package io.groundstream.jobs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.configuration.YamlParserUtils;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration file like Flink's own: keys may be flat or nested, and lists may be YAML
 * lists or separated by semicolons.
 */
public final class YamlFile {
  private YamlFile() {}

  /** Returns the file's values by their full keys. */
  static Map<String, String> read(Path file) throws CommandException {
    if (!Files.isReadable(file)) {
      throw new CommandException(
          "--config " + file + ": no such file, or not readable (expected: a YAML file)");
    }
    try {
      Map<String, String> values = new LinkedHashMap<>();
      flatten("", YamlParserUtils.loadYamlFile(file.toFile()), values);
      return values;
    } catch (IOException | RuntimeException e) {
      throw new CommandException("--config " + file + ": invalid YAML: " + e.getMessage(), e);
    } catch (Exception e) {
      throw new CommandException("--config " + file + ": cannot be read: " + e, e);
    }
  }

  private static void flatten(String key, @Nullable Object value, Map<String, String> values) {
    if (value instanceof Map<?, ?> nested) {
      nested.forEach(
          (name, inner) -> flatten(key.isEmpty() ? "" + name : key + "." + name, inner, values));
    } else if (value instanceof List<?> list) {
      values.put(key, list.stream().map(String::valueOf).collect(Collectors.joining(";")));
    } else if (value != null) {
      values.put(key, value.toString());
    }
  }
}
