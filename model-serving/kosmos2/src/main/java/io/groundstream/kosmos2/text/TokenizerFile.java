package io.groundstream.kosmos2.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.kosmos2.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The vocabulary of a {@code tokenizer.json}, and two variants of the file: one in which tags are
 * tags, and one in which they are plain text.
 */
final class TokenizerFile {
  /**
   * The only added token of the variant for plain text. Text is encoded after it, to prevent the
   * tokenizer's special treatment of the very beginning of a text, such as inserting a space. It is
   * a control character; in a user's text it is replaced by {@link #NEXT_TO_ANCHOR}.
   */
  static final String ANCHOR = "\u0001";

  static final String NEXT_TO_ANCHOR = "\u0002";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern LOCATION = Pattern.compile("<patch_index_\\d+>");

  private final Path path;
  private final ObjectNode root;
  private final Map<String, Integer> idByContent = new HashMap<>();
  private final Map<String, Integer> idByAddedContent = new HashMap<>();
  private final BitSet known = new BitSet();
  private final BitSet special = new BitSet();
  private final int unknownId;

  /** Reads the file, without checking for any particular token. */
  static TokenizerFile read(Path path) throws CheckpointException {
    JsonNode root;
    try {
      root = JSON.readTree(Files.readAllBytes(path));
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          path + ": not JSON (expected: a tokenizer.json): " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new CheckpointException(path + ": cannot be read: " + e, e);
    }
    if (!(root instanceof ObjectNode object) || !(root.path("model") instanceof ObjectNode model)) {
      throw new CheckpointException(path + ": no object \"model\" (expected: a tokenizer.json)");
    }
    return new TokenizerFile(path, object, model);
  }

  private TokenizerFile(Path path, ObjectNode root, ObjectNode model) throws CheckpointException {
    this.path = path;
    this.root = root;
    JsonNode vocabulary = model.path("vocab");
    if (vocabulary.isArray()) {
      // Unigram: [[piece, score], …], where the index is the id.
      for (int id = 0; id < vocabulary.size(); id++) {
        add(vocabulary.path(id).path(0).asText(), id);
      }
    } else if (vocabulary.isObject()) {
      for (Map.Entry<String, JsonNode> entry : vocabulary.properties()) {
        add(entry.getKey(), entry.getValue().asInt(-1));
      }
    } else {
      throw new CheckpointException(
          path + ": model.vocab is neither list nor object (expected: the vocabulary)");
    }
    for (JsonNode token : root.path("added_tokens")) {
      int id = token.path("id").asInt(-1);
      add(token.path("content").asText(), id);
      idByAddedContent.put(token.path("content").asText(), id);
      if (token.path("special").asBoolean()) {
        special.set(id);
      }
    }
    this.unknownId = findUnknownId(model);
  }

  private void add(String content, int id) throws CheckpointException {
    if (id < 0) {
      throw new CheckpointException(
          path + ": token " + Texts.quote(content) + " has no id (expected: a number ≥ 0)");
    }
    known.set(id);
    idByContent.put(content, id);
  }

  private int findUnknownId(ObjectNode model) throws CheckpointException {
    if (model.path("unk_id").isInt()) {
      return model.path("unk_id").asInt();
    }
    Integer id = idByContent.get(model.path("unk_token").asText("<unk>"));
    if (id == null) {
      throw new CheckpointException(
          path + ": token <unk> is missing (expected: the ids of the image positions follow it)");
    }
    return id;
  }

  /**
   * Returns the id of a token by its content, or null. Added tokens take precedence over pieces.
   */
  @Nullable Integer idOf(String content) {
    Integer added = idByAddedContent.get(content);
    return added != null ? added : idByContent.get(content);
  }

  /** Returns the number of location tokens, regardless of their indices. */
  int locationCount() {
    return Math.toIntExact(
        idByContent.keySet().stream()
            .filter(content -> LOCATION.matcher(content).matches())
            .count());
  }

  /** Returns the content of the added token with the given id, or null. */
  @Nullable String addedContent(int id) {
    for (Map.Entry<String, Integer> entry : idByAddedContent.entrySet()) {
      if (entry.getValue() == id) {
        return entry.getKey();
      }
    }
    return null;
  }

  /** Returns the ids of all tokens. */
  BitSet known() {
    return known;
  }

  /** Returns the ids that are excluded from text, such as the end of sequence. */
  BitSet special() {
    return special;
  }

  /** Returns the id that precedes those of the image positions. */
  int unknownId() {
    return unknownId;
  }

  /** Returns a copy of the file in which all given tokens are added tokens, as in the reference. */
  byte[] withTags(List<String> contents) throws CheckpointException {
    ObjectNode copy = root.deepCopy();
    ArrayNode added =
        copy.get("added_tokens") instanceof ArrayNode present
            ? present
            : copy.putArray("added_tokens");
    for (String content : contents) {
      Integer id = idByContent.get(content);
      if (id != null && !idByAddedContent.containsKey(content)) {
        // Strips the spaces before it, but not those after it.
        added.add(addedToken(id, content, true));
      }
    }
    return bytes(copy);
  }

  /**
   * Returns a copy of the file whose only added token is {@link #ANCHOR}, so that tags are plain
   * text.
   */
  byte[] withoutTags() throws CheckpointException {
    ObjectNode copy = root.deepCopy();
    copy.putArray("added_tokens").add(addedToken(known.length(), ANCHOR, false));
    // It may refer to special tokens that have been removed, and is not needed.
    copy.putNull("post_processor");
    return bytes(copy);
  }

  private static ObjectNode addedToken(int id, String content, boolean stripLeft) {
    return JSON.createObjectNode()
        .put("id", id)
        .put("content", content)
        .put("single_word", false)
        .put("lstrip", stripLeft)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", false);
  }

  private byte[] bytes(ObjectNode node) throws CheckpointException {
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new CheckpointException(path + ": cannot be rewritten: " + e.getMessage(), e);
    }
  }
}
