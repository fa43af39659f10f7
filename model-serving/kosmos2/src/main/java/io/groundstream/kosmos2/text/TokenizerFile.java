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
 * What a {@code tokenizer.json} says about its vocabulary, and the two variants of it that we need:
 * one in which tags are tags, and one in which they are plain text.
 */
final class TokenizerFile {
  /**
   * The one added token of the variant for plain text. Text is encoded behind it, so that what the
   * tokenizer does at the very beginning of a text (such as putting a space there) does not happen.
   * It is a control character; a user's text has {@link #NEXT_TO_ANCHOR} in its stead.
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

  /** Reads the file; does not look for any particular token yet. */
  static TokenizerFile read(Path path) throws CheckpointException {
    JsonNode root;
    try {
      root = JSON.readTree(Files.readAllBytes(path));
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          path + ": no JSON (expected: a tokenizer.json): " + e.getOriginalMessage(), e);
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
      // Unigram: [[piece, score], …], the position is the id.
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
          path + ": token <unk> is missing (expected: the ids of the image places follow it)");
    }
    return id;
  }

  /** Returns the id of a token by its content, or null. Added tokens come before pieces. */
  @Nullable Integer idOf(String content) {
    Integer added = idByAddedContent.get(content);
    return added != null ? added : idByContent.get(content);
  }

  /** Returns how many location tokens there are, whatever their numbers. */
  int locationCount() {
    return Math.toIntExact(
        idByContent.keySet().stream()
            .filter(content -> LOCATION.matcher(content).matches())
            .count());
  }

  /** Returns the content of the added token of an id, or null. */
  @Nullable String addedContent(int id) {
    for (Map.Entry<String, Integer> entry : idByAddedContent.entrySet()) {
      if (entry.getValue() == id) {
        return entry.getKey();
      }
    }
    return null;
  }

  /** Returns the ids that decode to something. */
  BitSet known() {
    return known;
  }

  /** Returns the ids that are left out of text, such as the end of sequence. */
  BitSet special() {
    return special;
  }

  /** Returns the id that the image places' ids follow. */
  int unknownId() {
    return unknownId;
  }

  /** Returns a copy in which all given tokens are added tokens, as the reference adds them. */
  byte[] withTags(List<String> contents) throws CheckpointException {
    ObjectNode copy = root.deepCopy();
    ArrayNode added =
        copy.get("added_tokens") instanceof ArrayNode present
            ? present
            : copy.putArray("added_tokens");
    for (String content : contents) {
      Integer id = idByContent.get(content);
      if (id != null && !idByAddedContent.containsKey(content)) {
        // Eats the spaces before it; what follows keeps its own.
        added.add(addedToken(id, content, true));
      }
    }
    return bytes(copy);
  }

  /** Returns a copy whose only added token is {@link #ANCHOR}: every tag is plain text. */
  byte[] withoutTags() throws CheckpointException {
    ObjectNode copy = root.deepCopy();
    copy.putArray("added_tokens").add(addedToken(known.length(), ANCHOR, false));
    // It may name special tokens that are no longer added ones; we never ask for them.
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
