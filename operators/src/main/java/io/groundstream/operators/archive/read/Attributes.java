package io.groundstream.operators.archive.read;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.OmittedAttribute;
import io.groundstream.operators.archive.columns.NumberText;
import io.groundstream.operators.archive.manifest.ArchiveJson;
import io.groundstream.operators.archive.settings.ArchiveSettings;
import io.groundstream.operators.event.NoteCode;
import io.groundstream.schemas.text.Texts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects the data about an image as attributes, which are text by name. JSON scalars become text,
 * objects are flattened with dots between the names, lists stay JSON, and nulls are left out.
 *
 * <p>Faulty data never costs the image: data that cannot become an attribute is left out, and
 * recorded with the reason. For one thread.
 */
final class Attributes {
  /** The maximum number of omitted attributes that are listed individually. */
  private static final int MOST_OMITTED = 20;

  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_MESSAGE = 300;

  private static final ObjectMapper JSON = ArchiveJson.mapper();

  private final Map<String, String> values = new LinkedHashMap<>();
  private final List<OmittedAttribute> omitted = new ArrayList<>();
  private final Set<String> wanted;
  private final boolean all;
  private final int maxBytes;
  private int bytes;
  private int omittedMore;

  Attributes(ArchiveSettings settings) {
    this.wanted = Set.copyOf(settings.attributes());
    this.all = wanted.contains(ArchiveSettings.ALL);
    this.maxBytes = settings.maxAttributeBytes();
  }

  /** Returns whether the settings select any attributes. */
  static boolean areWanted(ArchiveSettings settings) {
    return !settings.attributes().isEmpty();
  }

  /**
   * Adds the members of a JSON object in a file.
   *
   * @param file the name of the file, under which it is recorded if it cannot be read
   */
  void addJsonFile(String file, byte[] json) {
    JsonNode node;
    try {
      node = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      omit(
          file,
          NoteCode.SIDECAR_INVALID,
          "not JSON (expected: a JSON object): "
              + e.getOriginalMessage()
              + " at line "
              + (e.getLocation() == null ? 0 : e.getLocation().getLineNr()));
      return;
    } catch (IOException e) {
      omit(
          file,
          NoteCode.SIDECAR_INVALID,
          "not JSON in UTF-8 (expected: a JSON object): " + e.getMessage());
      return;
    }
    if (node.isMissingNode()) {
      omit(file, NoteCode.SIDECAR_INVALID, "empty (expected: a JSON object)");
    } else if (!node.isObject()) {
      omit(
          file,
          NoteCode.SIDECAR_INVALID,
          "JSON, but " + node.getNodeType() + " (expected: a JSON object)");
    } else {
      add("", node, true);
    }
  }

  /**
   * Adds the text of a file, in UTF-8 or the encoding of its byte order mark.
   *
   * @param file the name of the file, under which it is recorded if it cannot be read
   * @param name the name of the attribute
   */
  void addTextFile(String file, String name, byte[] text) {
    try {
      add(name, decoded(text).strip());
    } catch (CharacterCodingException e) {
      omit(file, NoteCode.SIDECAR_INVALID, "not text in UTF-8 (expected: UTF-8)");
    }
  }

  private static String decoded(byte[] text) throws CharacterCodingException {
    int first = text.length > 0 ? text[0] & 0xff : -1;
    int second = text.length > 1 ? text[1] & 0xff : -1;
    int third = text.length > 2 ? text[2] & 0xff : -1;
    Charset charset = StandardCharsets.UTF_8;
    int mark = 0;
    if (first == 0xef && second == 0xbb && third == 0xbf) {
      mark = 3;
    } else if (first == 0xff && second == 0xfe) {
      charset = StandardCharsets.UTF_16LE;
      mark = 2;
    } else if (first == 0xfe && second == 0xff) {
      charset = StandardCharsets.UTF_16BE;
      mark = 2;
    }
    return charset.newDecoder().decode(ByteBuffer.wrap(text, mark, text.length - mark)).toString();
  }

  /** Adds a JSON value under a name. */
  void add(String name, JsonNode value) {
    add(name, value, false);
  }

  private void add(String name, JsonNode value, boolean top) {
    if (value.isObject()) {
      for (Map.Entry<String, JsonNode> member : value.properties()) {
        add(top ? member.getKey() : name + "." + member.getKey(), member.getValue(), false);
      }
    } else if (value.isNull() || value.isMissingNode() || !isWanted(name)) {
      return;
    } else if (!isFinite(value)) {
      omit(
          name,
          NoteCode.ATTRIBUTE_INVALID,
          (value.isArray() ? "a list with NaN or Infinity" : value.asText())
              + " (expected: a finite number)");
    } else {
      add(name, value.isArray() ? value.toString() : NumberText.of(value));
    }
  }

  private static boolean isFinite(JsonNode value) {
    if (value.isContainerNode()) {
      for (JsonNode element : value) {
        if (!isFinite(element)) {
          return false;
        }
      }
      return true;
    }
    return !value.isFloatingPointNumber()
        || value.isBigDecimal()
        || Double.isFinite(value.doubleValue());
  }

  private boolean isWanted(String name) {
    return all || wanted.contains(name);
  }

  /** Adds a text under a name, unless the name is taken or not selected. */
  void add(String name, @Nullable String value) {
    if (value == null || values.containsKey(name) || !isWanted(name)) {
      return;
    }
    long added = (long) name.length() + value.length();
    if (added <= maxBytes) {
      added =
          (long) name.getBytes(StandardCharsets.UTF_8).length
              + value.getBytes(StandardCharsets.UTF_8).length;
    }
    if (bytes + added > maxBytes) {
      omit(
          name,
          NoteCode.ATTRIBUTES_TOO_LARGE,
          added
              + " bytes, with "
              + bytes
              + " of other attributes (expected: at most "
              + maxBytes
              + ", archive.max-attribute-bytes; archive.attributes chooses among them)");
      return;
    }
    bytes += (int) added;
    values.put(name, value);
  }

  /**
   * Records that data is left out.
   *
   * @param name the name of the attribute, or of the file if that cannot be read at all
   * @param message the value found and the value expected
   */
  void omit(String name, NoteCode code, String message) {
    if (omitted.size() < MOST_OMITTED) {
      omitted.add(
          OmittedAttribute.newBuilder()
              .setName(Texts.shortened(name, LONGEST_NAME))
              .setCode(code.code())
              .setMessage(Texts.shortened(message, LONGEST_MESSAGE))
              .build());
    } else {
      omittedMore++;
      omitted
          .get(MOST_OMITTED - 1)
          .setMessage("and " + omittedMore + " more after it, which are not listed individually");
    }
  }

  /** Sets the attributes of an event, and the list of omitted ones. */
  void putInto(ImageEvent event) {
    event.setAttributes(values);
    event.setOmittedAttributes(omitted);
  }
}
