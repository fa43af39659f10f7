package io.groundstream.operators.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.schemas.text.Texts;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Parses one JSON document that may be hostile. Stricter than Jackson's tree: names must not repeat
 * in an object, numbers must be numbers, and text must not contain halves of surrogate pairs. So
 * two readers of a document never see different events.
 *
 * <p>The number of values bounds the memory of the tree, the size of the document that of its text.
 */
final class JsonDocument {
  /** Deeper than any event, and shallow enough for every thread's stack. */
  static final int MOST_NESTED = 64;

  /** Far more than an event with hundreds of requests has; some ten megabytes as a tree. */
  static final int MOST_VALUES = 100_000;

  /** Longer than any number that a field needs; longer ones are slow to convert. */
  static final int LONGEST_NUMBER = 100;

  private static final int CHECKED_AT_A_TIME = 8192;
  private static final int LONGEST_SHOWN = 100;

  /** Longer than names are in practice. */
  static final int LONGEST_NAME = 1_000;

  // The size of the document is the limit of all texts. Parsers share a table of short names, which
  // the factory keeps beyond the document; it is emptied when it has too many of them.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MOST_NESTED + 1)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNameLength(LONGEST_NAME)
                  .build())
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          // To report them by their own code.
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final JsonParser parser;
  private int values;

  private JsonDocument(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * Returns the document's value.
   *
   * @param maxBytes the size of the largest document
   * @throws GroundingException if the bytes are not a document, or not one within the limits
   */
  static JsonNode parse(byte[] bytes, int maxBytes) throws GroundingException {
    if (bytes.length > maxBytes) {
      throw new GroundingException(
          OperatorErrorCode.EVENT_TOO_LARGE,
          "bytes: "
              + bytes.length
              + " (expected: at most "
              + maxBytes
              + ", "
              + JsonEventOptions.MAX_BYTES.key()
              + ")");
    }
    checkUtf8(bytes);
    try (JsonParser parser = FACTORY.createParser(bytes)) {
      JsonDocument document = new JsonDocument(parser);
      JsonNode root = document.value(parser.nextToken(), 0);
      if (parser.nextToken() != null) {
        throw document.invalid(
            OperatorErrorCode.JSON_INVALID, "more after the document", "one JSON document");
      }
      return root;
    } catch (StreamConstraintsException e) {
      throw new GroundingException(
          OperatorErrorCode.EVENT_TOO_LARGE, e.getOriginalMessage() + " (expected: within limits)");
    } catch (JsonProcessingException e) {
      throw new GroundingException(
          OperatorErrorCode.JSON_INVALID,
          Texts.shortened(e.getOriginalMessage(), 3 * LONGEST_SHOWN)
              + " at byte "
              + (e.getLocation() == null ? 0 : e.getLocation().getByteOffset())
              + " (expected: one JSON document)");
    } catch (CharacterCodingException e) {
      throw notUtf8(e);
    } catch (IOException e) {
      // The bytes are in memory: only their encoding can be wrong.
      throw notUtf8(e);
    }
  }

  /**
   * Rejects other encodings, which parsers guess from the first bytes, and characters in more bytes
   * than they need, which some parsers accept.
   */
  private static void checkUtf8(byte[] bytes) throws GroundingException {
    for (int index = 0; index < Math.min(bytes.length, 4); index++) {
      if (bytes[index] == 0) {
        throw new GroundingException(
            OperatorErrorCode.JSON_INVALID,
            "a zero byte at byte " + index + ", as in UTF-16 (expected: JSON in UTF-8)");
      }
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(CHECKED_AT_A_TIME);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    while (true) {
      CoderResult result = decoder.decode(in, out, /* endOfInput= */ true);
      if (result.isError()) {
        throw new GroundingException(
            OperatorErrorCode.JSON_INVALID,
            "bytes that are not UTF-8 at byte " + in.position() + " (expected: JSON in UTF-8)");
      }
      if (result.isUnderflow()) {
        return;
      }
      out.clear();
    }
  }

  private static GroundingException notUtf8(IOException e) {
    return new GroundingException(
        OperatorErrorCode.JSON_INVALID, e.getMessage() + " (expected: JSON in UTF-8)");
  }

  private JsonNode value(JsonToken token, int depth) throws IOException, GroundingException {
    if (token == null) {
      throw invalid(OperatorErrorCode.JSON_INVALID, "the document ends", "a JSON value");
    }
    if (++values > MOST_VALUES) {
      throw invalid(
          OperatorErrorCode.EVENT_TOO_LARGE,
          "more than " + MOST_VALUES + " values",
          "at most that many");
    }
    return switch (token) {
      case START_OBJECT -> object(deeper(depth));
      case START_ARRAY -> array(deeper(depth));
      case VALUE_STRING -> NODES.textNode(text(parser.getText()));
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number();
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw invalid(OperatorErrorCode.JSON_INVALID, token.toString(), "a JSON value");
    };
  }

  private int deeper(int depth) throws GroundingException {
    if (depth == MOST_NESTED) {
      throw invalid(
          OperatorErrorCode.JSON_TOO_DEEP,
          "nested deeper than " + MOST_NESTED,
          "at most that deep");
    }
    return depth + 1;
  }

  private ObjectNode object(int depth) throws IOException, GroundingException {
    ObjectNode object = NODES.objectNode();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = text(parser.currentName());
      if (object.has(name)) {
        throw invalid(
            OperatorErrorCode.JSON_DUPLICATE_KEY,
            "the key " + shown(name) + " twice in an object",
            "each key once");
      }
      object.set(name, value(parser.nextToken(), depth));
    }
    return object;
  }

  private ArrayNode array(int depth) throws IOException, GroundingException {
    ArrayNode array = NODES.arrayNode();
    JsonToken token = parser.nextToken();
    while (token != JsonToken.END_ARRAY) {
      array.add(value(token, depth));
      token = parser.nextToken();
    }
    return array;
  }

  private JsonNode number() throws IOException, GroundingException {
    if (parser.getTextLength() > LONGEST_NUMBER || parser.isNaN()) {
      throw invalid(
          OperatorErrorCode.JSON_NUMBER_INVALID,
          shown(parser.getText()),
          "a number of JSON with at most " + LONGEST_NUMBER + " digits");
    }
    String digits = parser.getText();
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT && digits.length() <= 18) {
      return NODES.numberNode(parser.getLongValue());
    }
    try {
      return NODES.numberNode(new BigDecimal(digits));
    } catch (NumberFormatException e) {
      throw invalid(
          OperatorErrorCode.JSON_NUMBER_INVALID,
          shown(digits),
          "a number whose exponent has at most 9 digits");
    }
  }

  private String text(String text) throws GroundingException {
    for (int index = 0; index < text.length(); index++) {
      char unit = text.charAt(index);
      if (Character.isSurrogate(unit)) {
        if (Character.isLowSurrogate(unit)
            || index + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(index + 1))) {
          throw invalid(
              OperatorErrorCode.JSON_LONE_SURROGATE,
              "half a surrogate pair, \\u" + Integer.toHexString(unit),
              "text of whole characters");
        }
        index++;
      }
    }
    return text;
  }

  private GroundingException invalid(OperatorErrorCode code, String found, String expected) {
    return new GroundingException(
        code,
        found
            + " at byte "
            + parser.currentTokenLocation().getByteOffset()
            + " (expected: "
            + expected
            + ")");
  }

  private static String shown(String text) {
    return '"' + Texts.shortened(text, LONGEST_SHOWN) + '"';
  }
}
