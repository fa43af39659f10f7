package io.groundstream.kosmos2.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A strict reader of one object of a JSON file. A value of another type or out of range causes a
 * {@link CheckpointException} that names its place. A key that is missing or null has the default,
 * as in the Python library that writes these files.
 */
final class JsonReader {
  private static final int LONGEST_VALUE = 200;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Path file;
  private final String prefix;
  private final JsonNode object;

  private JsonReader(Path file, String prefix, JsonNode object) {
    this.file = file;
    this.prefix = prefix;
    this.object = object;
  }

  /** Reads {@code file}, which must contain one object and at most {@code maxBytes} bytes. */
  static JsonReader open(Path file, long maxBytes) throws CheckpointException {
    JsonNode tree;
    try {
      long size = Files.size(file);
      if (size > maxBytes) {
        throw new CheckpointException(
            "%s: %d bytes (expected: at most %d)".formatted(file, size, maxBytes));
      }
      tree = MAPPER.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          "%s: not valid JSON: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (NoSuchFileException e) {
      throw new CheckpointException("%s: missing".formatted(file), e);
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException e) {
      throw new CheckpointException("%s: cannot be read: %s".formatted(file, e), e);
    }
    if (!tree.isObject()) {
      throw new CheckpointException("%s: %s (expected: a JSON object)".formatted(file, kind(tree)));
    }
    return new JsonReader(file, "", tree);
  }

  Path file() {
    return file;
  }

  boolean has(String key) {
    return object.hasNonNull(key);
  }

  /** Returns the value of {@code key}, or a missing node. */
  JsonNode node(String key) {
    JsonNode node = object.get(key);
    return node == null || node.isNull() ? MissingNode.getInstance() : node;
  }

  /** Returns the object at {@code key}, or an empty one if there is none. */
  JsonReader object(String key) throws CheckpointException {
    JsonNode node = node(key);
    if (node.isMissingNode()) {
      return new JsonReader(file, prefix + key + ".", MAPPER.createObjectNode());
    }
    if (!node.isObject()) {
      throw wrong(key, "an object");
    }
    return new JsonReader(file, prefix + key + ".", node);
  }

  int integer(String key, int defaultValue, int min, int max) throws CheckpointException {
    JsonNode node = node(key);
    return node.isMissingNode() ? defaultValue : integer(node, key, min, max);
  }

  private int integer(JsonNode node, String key, int min, int max) throws CheckpointException {
    if (!node.isIntegralNumber()
        || !node.canConvertToInt()
        || node.intValue() < min
        || node.intValue() > max) {
      throw wrong(key, "a whole number from %d to %d".formatted(min, max));
    }
    return node.intValue();
  }

  /** Reads an integer, or an array of {@code length} equal integers. */
  int integerOrEqual(String key, int length, int defaultValue, int min, int max)
      throws CheckpointException {
    JsonNode node = node(key);
    if (!node.isArray()) {
      return integer(key, defaultValue, min, max);
    }
    if (node.size() != length) {
      throw wrong(
          key, length == 1 ? "one number" : "one number, or %d equal ones".formatted(length));
    }
    int value = integer(node.get(0), key, min, max);
    for (JsonNode element : node) {
      if (integer(element, key, min, max) != value) {
        throw wrong(key, "one number, or %d equal ones".formatted(length));
      }
    }
    return value;
  }

  boolean bool(String key, boolean defaultValue) throws CheckpointException {
    JsonNode node = node(key);
    if (node.isMissingNode()) {
      return defaultValue;
    }
    if (!node.isBoolean()) {
      throw wrong(key, "true or false");
    }
    return node.booleanValue();
  }

  /** Reads a number with {@code min < number < max}. */
  double number(String key, double defaultValue, double min, double max)
      throws CheckpointException {
    JsonNode node = node(key);
    return node.isMissingNode() ? defaultValue : number(node, key, min, max);
  }

  private double number(JsonNode node, String key, double min, double max)
      throws CheckpointException {
    double value = node.isNumber() ? node.doubleValue() : Double.NaN;
    if (!(value > min && value < max)) {
      throw wrong(
          key, String.format(Locale.ROOT, "a number greater than %s and less than %s", min, max));
    }
    return value;
  }

  /** Reads as many numbers as {@code defaultValue} has, each with {@code min < number < max}. */
  double[] numbers(String key, double[] defaultValue, double min, double max)
      throws CheckpointException {
    JsonNode node = node(key);
    if (node.isMissingNode()) {
      return defaultValue.clone();
    }
    if (!node.isArray() || node.size() != defaultValue.length) {
      throw wrong(key, "%d numbers".formatted(defaultValue.length));
    }
    double[] values = new double[defaultValue.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = number(node.get(i), key, min, max);
    }
    return values;
  }

  @Nullable String string(String key) throws CheckpointException {
    JsonNode node = node(key);
    if (node.isMissingNode()) {
      return null;
    }
    if (!node.isTextual()) {
      throw wrong(key, "a string");
    }
    return node.textValue();
  }

  /** Returns an exception that reports the value of {@code key} and the expected one. */
  CheckpointException wrong(String key, String expected) {
    JsonNode node = node(key);
    String found = node.isMissingNode() ? "missing" : ShortTexts.of(node.toString(), LONGEST_VALUE);
    return new CheckpointException(
        "%s: %s%s: %s (expected: %s)".formatted(file, prefix, key, found, expected));
  }

  private static String kind(JsonNode node) {
    return node.isMissingNode() ? "empty" : node.getNodeType().name().toLowerCase(Locale.ROOT);
  }
}
