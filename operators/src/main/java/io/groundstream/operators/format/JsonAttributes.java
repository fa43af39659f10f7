package io.groundstream.operators.format;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.avro.OmittedAttribute;
import io.groundstream.operators.event.NoteCode;
import io.groundstream.schemas.text.Texts;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects members of JSON objects as attributes, which are text by name: scalars become text,
 * objects are flattened with dots between the names, lists stay JSON, and nulls are left out. What
 * is too large is left out and recorded as omitted, since it must not cost the image. For one
 * thread.
 */
final class JsonAttributes {
  /** A record with its results must stay far below the limit of a topic. */
  private static final int MOST_BYTES = 64 * 1024;

  /** The maximum number of omitted attributes that are listed individually. */
  private static final int MOST_OMITTED = 20;

  private static final int LONGEST_SHOWN = 200;

  /**
   * Objects under a longer name are left out as a whole: each member's name repeats it, and a small
   * document may have very many.
   */
  static final int LONGEST_PREFIX = 1_000;

  private static final int MOST_PLAIN_DIGITS = 60;

  private final Map<String, String> values = new LinkedHashMap<>();
  private final List<OmittedAttribute> omitted = new ArrayList<>();
  private int size;
  private int omittedMore;

  JsonAttributes() {}

  /** Begins with the attributes of an event, which are kept whatever their size. */
  JsonAttributes(Map<String, String> before) {
    long bytes = 0;
    for (Map.Entry<String, String> attribute : before.entrySet()) {
      bytes += bytes(attribute.getKey(), attribute.getValue());
    }
    values.putAll(before);
    size = (int) Math.min(bytes, MOST_BYTES);
  }

  /** Adds a value under a name; an object, its members under the name and a dot. */
  void add(String name, JsonNode value) {
    if (value.isObject() && name.length() > LONGEST_PREFIX) {
      omit(
          name,
          NoteCode.ATTRIBUTES_TOO_LARGE,
          "an object under a name that is too long",
          "at most " + LONGEST_PREFIX);
    } else if (value.isObject()) {
      for (Map.Entry<String, JsonNode> member : value.properties()) {
        add(name + "." + member.getKey(), member.getValue());
      }
    } else if (value.isBinary()) {
      // As text it would be base64, of an image as likely as not.
      omit(name, NoteCode.ATTRIBUTE_INVALID, "bytes", "text or a number");
    } else if (!value.isNull()) {
      add(name, value.isArray() ? value.toString() : text(value));
    }
  }

  void add(String name, String value) {
    long bytes = bytes(name, value);
    if (size + bytes > MOST_BYTES) {
      omit(
          name,
          NoteCode.ATTRIBUTES_TOO_LARGE,
          "too large",
          "all attributes together within " + MOST_BYTES / 3);
      return;
    }
    size += (int) bytes;
    values.put(name, value);
  }

  /** A character has at most three bytes for each of its UTF-16 units. */
  private static long bytes(String name, String value) {
    return 3L * (name.length() + value.length());
  }

  private void omit(String name, NoteCode code, String found, String expected) {
    if (omitted.size() < MOST_OMITTED) {
      omitted.add(
          new OmittedAttribute(
              Texts.shortened(name, LONGEST_SHOWN),
              code.code(),
              found + " (expected: " + expected + ")"));
    } else {
      omittedMore++;
    }
  }

  private static String text(JsonNode value) {
    if (!value.isBigDecimal()) {
      return value.asText();
    }
    BigDecimal number = value.decimalValue();
    boolean plain = Math.abs((long) number.scale()) + number.precision() <= MOST_PLAIN_DIGITS;
    return plain ? number.toPlainString() : number.toString();
  }

  Map<String, String> values() {
    return values;
  }

  List<OmittedAttribute> omitted() {
    if (omittedMore > 0) {
      List<OmittedAttribute> all = new ArrayList<>(omitted);
      all.add(
          new OmittedAttribute(
              "", NoteCode.ATTRIBUTES_TOO_LARGE.code(), omittedMore + " more are left out"));
      return all;
    }
    return omitted;
  }
}
