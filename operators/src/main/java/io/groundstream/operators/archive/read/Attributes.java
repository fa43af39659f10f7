package io.groundstream.operators.archive.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.groundstream.operators.config.ArchiveSettings;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what is said about a picture as attributes: text by name. Of JSON, scalars become text,
 * objects are flattened with dots between the names, lists stay JSON, and null is left out. For one
 * thread.
 */
final class Attributes {
  private static final int MOST_NESTED = 64;
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNestingDepth(MOST_NESTED).build())
              .build());

  /** What is said is not what it should be. */
  static final class AttributeException extends Exception {
    private static final long serialVersionUID = 1L;

    private final OperatorErrorCode code;

    AttributeException(OperatorErrorCode code, String message) {
      super(message);
      this.code = code;
    }

    OperatorErrorCode code() {
      return code;
    }
  }

  private final Map<String, String> values = new LinkedHashMap<>();
  private final Set<String> wanted;
  private final boolean all;
  private final int maxBytes;
  private int bytes;

  Attributes(ArchiveSettings settings) {
    this.wanted = Set.copyOf(settings.attributes());
    this.all = wanted.contains(ArchiveSettings.ALL);
    this.maxBytes = settings.maxAttributeBytes();
  }

  /** Returns whether anything at all becomes an attribute. */
  static boolean areWanted(ArchiveSettings settings) {
    return !settings.attributes().isEmpty();
  }

  /** Adds the members of a JSON object. */
  void addJson(byte[] json) throws AttributeException {
    JsonNode node;
    try {
      node = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AttributeException(
          OperatorErrorCode.SIDECAR_INVALID,
          "no JSON (expected: a JSON object): "
              + e.getOriginalMessage()
              + " at line "
              + (e.getLocation() == null ? 0 : e.getLocation().getLineNr()));
    } catch (java.io.IOException e) {
      throw new AttributeException(
          OperatorErrorCode.SIDECAR_INVALID, "no JSON in UTF-8 (expected: a JSON object): " + e);
    }
    if (!node.isObject()) {
      throw new AttributeException(
          OperatorErrorCode.SIDECAR_INVALID,
          "JSON, but " + node.getNodeType() + " (expected: a JSON object)");
    }
    addMembers("", node);
  }

  private void addMembers(String prefix, JsonNode object) throws AttributeException {
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      add(prefix + member.getKey(), member.getValue());
    }
  }

  /** Adds a JSON value under a name. */
  void add(String name, JsonNode value) throws AttributeException {
    if (value.isObject()) {
      addMembers(name + ".", value);
    } else if (value.isArray()) {
      add(name, value.toString());
    } else if (!value.isNull() && !value.isMissingNode()) {
      add(name, value.asText());
    }
  }

  /** Adds a text under a name, unless there is one already or nobody wants it. */
  void add(String name, @Nullable String value) throws AttributeException {
    if (value == null || values.containsKey(name) || !(all || wanted.contains(name))) {
      return;
    }
    long added = (long) name.length() + value.length();
    if (added <= maxBytes) {
      added =
          (long) name.getBytes(StandardCharsets.UTF_8).length
              + value.getBytes(StandardCharsets.UTF_8).length;
    }
    if (bytes + added > maxBytes) {
      throw new AttributeException(
          OperatorErrorCode.ATTRIBUTES_TOO_LARGE,
          "the attributes, up to "
              + (name.length() > 100 ? name.substring(0, 100) + "…" : name)
              + ", have "
              + (bytes + added)
              + " bytes (expected: at most "
              + maxBytes
              + ", archive.max-attribute-bytes; archive.attributes chooses among them)");
    }
    bytes += (int) added;
    values.put(name, value);
  }

  Map<String, String> values() {
    return values;
  }
}
