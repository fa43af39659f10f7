package io.groundstream.evaluation.dataset;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON file that is an object of large arrays, or of one JSON value a line. It is read element by
 * element, since some files have hundreds of megabytes.
 */
final class JsonFile {
  private static final JsonMapper JSON = new JsonMapper();

  /** What to do with an element of an array. */
  interface Reader {
    void read(Element element) throws DatasetException;
  }

  /** One element, which knows its place for messages. */
  record Element(JsonNode node, String place) {
    /** Returns a field that is a text or a number, as text. */
    String text(String field) throws DatasetException {
      JsonNode value = node.path(field);
      if (!value.isTextual() && !value.isNumber()) {
        throw missing(field, "a text");
      }
      return value.asText();
    }

    @Nullable String optionalText(String field) {
      JsonNode value = node.path(field);
      return value.isTextual() || value.isNumber() ? value.asText() : null;
    }

    long integer(String field) throws DatasetException {
      JsonNode value = node.path(field);
      if (value.isTextual() && value.asText().matches("-?\\d{1,18}")) {
        return Long.parseLong(value.asText());
      }
      if (!value.isIntegralNumber() || !value.canConvertToLong()) {
        throw missing(field, "an integer");
      }
      return value.asLong();
    }

    /** Returns a field that is a positive number, such as a width. */
    double positive(String field) throws DatasetException {
      JsonNode value = node.path(field);
      if (!value.isNumber() || !(value.asDouble() > 0)) {
        throw missing(field, "a positive number");
      }
      return value.asDouble();
    }

    JsonNode array(String field) throws DatasetException {
      JsonNode value = node.path(field);
      if (!value.isArray()) {
        throw missing(field, "a list");
      }
      return value;
    }

    Element at(JsonNode child, String name) {
      return new Element(child, place + "." + name);
    }

    DatasetException missing(String field, String expected) {
      JsonNode value = node.path(field);
      return new DatasetException(
          place
              + "."
              + field
              + ": "
              + (value.isMissingNode() ? "missing" : brief(value.toString()))
              + " (expected: "
              + expected
              + ")");
    }
  }

  private JsonFile() {}

  /**
   * Reads the named arrays of a file's outermost object, and skips everything else.
   *
   * @throws DatasetException if the file is not JSON, or lacks one of the arrays
   */
  static void readArrays(Path file, Map<String, Reader> readers, String expected)
      throws DatasetException {
    Map<String, Reader> left = new HashMap<>(readers);
    try (JsonParser parser = JSON.createParser(file.toFile())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new DatasetException(file + ": not a JSON object (expected: " + expected + ")");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken token = parser.nextToken();
        Reader reader = left.remove(name);
        if (reader == null || token != JsonToken.START_ARRAY) {
          if (reader != null) {
            throw new DatasetException(
                file + ": " + name + " is not a list (expected: " + expected + ")");
          }
          parser.skipChildren();
          continue;
        }
        for (int index = 0; parser.nextToken() != JsonToken.END_ARRAY; index++) {
          JsonNode node = JSON.readTree(parser);
          reader.read(new Element(node, file + ": " + name + "[" + index + "]"));
        }
      }
    } catch (JsonProcessingException e) {
      throw notJson(file, e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    if (!left.isEmpty()) {
      throw new DatasetException(
          file
              + ": no list \""
              + left.keySet().iterator().next()
              + "\" (expected: "
              + expected
              + ")");
    }
  }

  /** Reads a file of one JSON object a line; empty lines are skipped. */
  static void readLines(Path file, Reader reader) throws DatasetException {
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      String line;
      for (int number = 1; (line = lines.readLine()) != null; number++) {
        if (!line.isBlank()) {
          reader.read(new Element(JSON.readTree(line), file + ": line " + number));
        }
      }
    } catch (JsonProcessingException e) {
      throw notJson(file, e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static DatasetException notJson(Path file, JsonProcessingException e) {
    String place = e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
    return new DatasetException(file + place + ": not JSON: " + e.getOriginalMessage(), e);
  }

  static DatasetException unreadable(Path file, IOException e) {
    String why =
        e instanceof NoSuchFileException || e instanceof java.io.FileNotFoundException
            ? "no such file"
            : e instanceof CharacterCodingException ? "not UTF-8" : "cannot be read: " + e;
    return new DatasetException(file + ": " + why, e);
  }

  static String brief(String text) {
    return text.length() <= 60 ? text : text.substring(0, text.offsetByCodePoints(0, 50)) + "…";
  }
}
