package io.groundstream.kosmos2.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Kosmos-2 tokenizer, which converts text to token ids and back. Tags and location tokens are
 * identified by their names in the checkpoint's {@code tokenizer.json}.
 *
 * <p>It consists of two tokenizers. One treats tags as tags, as in the reference, for raw prompts
 * and for decoding. The other treats them as plain text, so that a question about {@code <phrase>}
 * does not become an instruction. The vocabulary may be smaller than the model's: missing ids
 * decode to nothing.
 *
 * <p>Thread-safe. Holds native memory until {@link #close()}, after which it must not be used.
 */
public final class Kosmos2Tokenizer implements AutoCloseable {
  static {
    // Must be set before the natives are loaded: they are in the jar, and on a mismatch DJL would
    // otherwise try to download others.
    setIfAbsent("ai.djl.offline", "true");
    setIfAbsent("RUST_FLAVOR", "cpu");
  }

  private static final Map<String, String> OPTIONS =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  private final HuggingFaceTokenizer withTags;
  private final HuggingFaceTokenizer withoutTags;
  private final EnumMap<Tag, Integer> idByTag;
  private final Map<Integer, Tag> tagById;
  private final int[] locationIds;
  private final Map<Integer, Integer> cellById;
  private final LocationTokens locations;
  private final BitSet known;
  private final BitSet textual;
  private final BitSet forbiddenInText;
  private final String beginOfSequenceContent;
  private final int beginOfSequenceId;
  private final int unknownId;

  /** The number of characters of the tag after which runs of text are decoded. */
  private final int anchorLength;

  private final int vocabulary;
  private String @Nullable [] tokenTexts;
  private @Nullable SpanTokens spanTokens;

  /**
   * Opens the tokenizer of a checkpoint.
   *
   * @throws CheckpointException if the file is not a tokenizer, lacks a token that Kosmos-2 needs,
   *     or gives one an id without an embedding in the model; the message names file and token
   */
  public static Kosmos2Tokenizer open(Path tokenizerJson, Kosmos2Config config)
      throws CheckpointException {
    return new Kosmos2Tokenizer(tokenizerJson, TokenizerFile.read(tokenizerJson), config);
  }

  private Kosmos2Tokenizer(Path path, TokenizerFile file, Kosmos2Config config)
      throws CheckpointException {
    this.vocabulary = config.text().vocabSize();
    this.idByTag = new EnumMap<>(Tag.class);
    this.tagById = new HashMap<>();
    for (Tag tag : Tag.values()) {
      Integer id = file.idOf(tag.content());
      if (id == null && tag.isRequired()) {
        throw new CheckpointException(
            path + ": token " + tag.content() + " is missing (expected: all tags of Kosmos-2)");
      }
      if (id != null) {
        idByTag.put(tag, checked(path, tag.content(), id, vocabulary));
        tagById.put(id, tag);
      }
    }
    this.locationIds = locationIds(path, file, vocabulary);
    this.locations = new LocationTokens(locationIds.length);
    this.cellById = new HashMap<>();
    for (int cell = 0; cell < locationIds.length; cell++) {
      cellById.put(locationIds[cell], cell);
    }

    this.unknownId = checked(path, "<unk>", file.unknownId(), vocabulary);
    checked(path, "of the last image position", unknownId + config.latentQueryCount(), vocabulary);
    this.beginOfSequenceId =
        checked(path, "of bos_token_id", config.text().bosTokenId(), vocabulary);
    String beginOfSequence = file.addedContent(beginOfSequenceId);
    if (beginOfSequence == null) {
      throw new CheckpointException(
          path
              + ": no added token has id "
              + beginOfSequenceId
              + " (expected: bos_token_id of config.json is one, such as <s>)");
    }
    this.beginOfSequenceContent = beginOfSequence;

    this.known = (BitSet) file.known().clone();
    this.textual = (BitSet) file.known().clone();
    textual.andNot(file.special());
    this.forbiddenInText = (BitSet) file.special().clone();
    for (int id : tagById.keySet()) {
      textual.clear(id);
      forbiddenInText.set(id);
    }
    for (int id : locationIds) {
      textual.clear(id);
      forbiddenInText.set(id);
    }
    // The unknown token stands for text outside the vocabulary, and is not an instruction.
    forbiddenInText.clear(unknownId);

    List<String> tags = new ArrayList<>();
    Arrays.stream(Tag.values()).map(Tag::content).forEach(tags::add);
    for (int cell = 0; cell < locationIds.length; cell++) {
      tags.add(Tag.location(cell));
    }
    this.withTags = load(path, file.withTags(tags));
    this.anchorLength = withTags.decode(new long[] {idOf(Tag.END_OF_IMAGE)}, false).length();
    try {
      this.withoutTags = load(path, file.withoutTags());
    } catch (CheckpointException | RuntimeException e) {
      withTags.close();
      throw e;
    }
  }

  /** Returns the grid of the location tokens. */
  public LocationTokens locationTokens() {
    return locations;
  }

  /** Returns the first id of every prompt. */
  public int beginOfSequenceId() {
    return beginOfSequenceId;
  }

  /** Returns the id of the first image position; the others follow it. */
  public int firstImagePlaceId() {
    return unknownId + 1;
  }

  /** Returns the text of the ids, including tags and excluding special and unknown ids. */
  public String decode(int[] ids) {
    StringBuilder text = new StringBuilder();
    for (Piece piece : pieces(ids, 0, ids.length, new float[0])) {
      text.append(piece.written());
    }
    return text.toString();
  }

  /**
   * Returns the ids of a text in which tags are tags, as they are generated after a tag: without a
   * space at the beginning unless the text has one.
   */
  public int[] encodeRaw(String text) {
    return encodeWithTags(text, true);
  }

  /**
   * Returns the text of every token id of the model's vocabulary within a longer text, including
   * tags and the space before a word; empty for ids without a token. Computed on the first call,
   * which takes a moment. The array is shared, and must not be modified.
   */
  public synchronized String[] tokenTexts() {
    String[] texts = tokenTexts;
    if (texts == null) {
      long[][] each = new long[vocabulary][];
      for (int id = 0; id < vocabulary; id++) {
        each[id] = new long[] {idOf(Tag.END_OF_IMAGE), known.get(id) ? id : idOf(Tag.END_OF_IMAGE)};
      }
      texts = withTags.batchDecode(each, false);
      for (int id = 0; id < vocabulary; id++) {
        texts[id] = known.get(id) ? texts[id].substring(anchorLength) : "";
      }
      tokenTexts = texts;
    }
    return texts;
  }

  /** Returns the token ids of which spans consist; computed on the first call and shared. */
  public synchronized SpanTokens spanTokens() {
    SpanTokens tokens = spanTokens;
    if (tokens == null) {
      tokens = new SpanTokens(this, vocabulary, textual);
      spanTokens = tokens;
    }
    return tokens;
  }

  int idOf(Tag tag) {
    Integer id = idByTag.get(tag);
    if (id == null) {
      throw new IllegalArgumentException(tag.content() + " (expected: a tag of this checkpoint)");
    }
    return id;
  }

  int idOfLocation(int cell) {
    return locationIds[cell];
  }

  /**
   * Returns the ids of a prompt in which tags are tags, as encoded after the end of the image, or
   * after the beginning of the sequence if there is no image.
   */
  int[] encodeWithTags(String text, boolean behindImage) {
    String anchor = behindImage ? Tag.END_OF_IMAGE.content() : beginOfSequenceContent;
    return behindAnchor(withTags, anchor + text);
  }

  /**
   * Returns the ids of a span up to its first box: the phrase, which is plain text, between its
   * tags, and the beginning of the object.
   */
  public int[] encodeOpening(String phrase) throws GroundingException {
    int[] words = encodePlain(" " + phrase);
    int[] opening = new int[words.length + 3];
    opening[0] = idOf(Tag.PHRASE);
    System.arraycopy(words, 0, opening, 1, words.length);
    opening[words.length + 1] = idOf(Tag.END_OF_PHRASE);
    opening[words.length + 2] = idOf(Tag.OBJECT);
    return opening;
  }

  /**
   * Returns the ids of plain text, as encoded after a tag. They never include a tag, a location or
   * a special token, regardless of the text.
   */
  public int[] encodePlain(String written) throws GroundingException {
    // The anchor must not be in the text. Its replacement is likewise unknown to any vocabulary.
    String text = written.replace(TokenizerFile.ANCHOR, TokenizerFile.NEXT_TO_ANCHOR);
    int[] ids = behindAnchor(withoutTags, TokenizerFile.ANCHOR + text);
    if (isPlain(ids)) {
      return ids;
    }
    // Vocabularies may contain whole tags as ordinary pieces, which cannot span two texts.
    List<int[]> parts = new ArrayList<>();
    for (String part : text.split("(?<=<)", -1)) {
      parts.add(behindAnchor(withoutTags, TokenizerFile.ANCHOR + part));
    }
    ids = parts.stream().flatMapToInt(Arrays::stream).toArray();
    if (!isPlain(ids)) {
      throw new GroundingException(
          GroundingErrorCode.TEXT_INVALID,
          "text: "
              + Texts.quote(text)
              + " cannot be distinguished from tags by this checkpoint's tokenizer (expected: plain"
              + " text)");
    }
    return ids;
  }

  /**
   * Returns the pieces of the ids from index {@code from} on.
   *
   * @param generatedFrom the index of the first generated id
   * @param probabilities the probabilities of the generated ids; missing ones are unknown
   */
  List<Piece> pieces(int[] ids, int from, int generatedFrom, float[] probabilities) {
    List<Piece> pieces = new ArrayList<>();
    List<Integer> run = new ArrayList<>();
    for (int index = from; index < ids.length; index++) {
      int id = ids[index];
      boolean generated = index >= generatedFrom;
      if (index == generatedFrom) {
        flush(run, pieces, false);
      }
      Tag tag = tagById.get(id);
      Integer cell = cellById.get(id);
      if (tag != null) {
        flush(run, pieces, generated);
        pieces.add(new Piece.Mark(tag, generated));
      } else if (cell != null) {
        flush(run, pieces, generated);
        int step = index - generatedFrom;
        double probability =
            generated && step < probabilities.length ? probabilities[step] : Double.NaN;
        pieces.add(new Piece.Location(cell, probability, generated));
      } else if (id >= 0 && textual.get(id)) {
        run.add(id);
      }
    }
    flush(run, pieces, ids.length > generatedFrom);
    return pieces;
  }

  @Override
  public void close() {
    withTags.close();
    withoutTags.close();
  }

  /** Decodes after a tag, since a decoder may strip a space at the very beginning. */
  private void flush(List<Integer> run, List<Piece> pieces, boolean generated) {
    if (run.isEmpty()) {
      return;
    }
    long[] ids = new long[run.size() + 1];
    ids[0] = idOf(Tag.END_OF_IMAGE);
    for (int index = 0; index < run.size(); index++) {
      ids[index + 1] = run.get(index);
    }
    run.clear();
    String text = withTags.decode(ids, false);
    pieces.add(new Piece.Text(text.substring(Math.min(anchorLength, text.length())), generated));
  }

  private boolean isPlain(int[] ids) {
    return Arrays.stream(ids).noneMatch(forbiddenInText::get);
  }

  /** Encodes a text that starts with the anchor, and omits the anchor's token. */
  private static int[] behindAnchor(HuggingFaceTokenizer tokenizer, String text) {
    long[] ids = tokenizer.encode(text, false, false).getIds();
    return Arrays.stream(ids).skip(1).mapToInt(Math::toIntExact).toArray();
  }

  private static int[] locationIds(Path path, TokenizerFile file, int vocabulary)
      throws CheckpointException {
    List<Integer> ids = new ArrayList<>();
    @Nullable Integer id;
    while ((id = file.idOf(Tag.location(ids.size()))) != null) {
      ids.add(checked(path, Tag.location(ids.size()), id, vocabulary));
    }
    int side = (int) Math.round(Math.sqrt(ids.size()));
    if (ids.isEmpty() || side * side != ids.size() || ids.size() < file.locationCount()) {
      throw new CheckpointException(
          path
              + ": token "
              + Tag.location(ids.size())
              + " is missing (expected: location tokens for a square grid, such as 1024)");
    }
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int checked(Path path, String token, int id, int vocabulary)
      throws CheckpointException {
    if (id < 0 || id >= vocabulary) {
      throw new CheckpointException(
          path
              + ": token "
              + token
              + " has id "
              + id
              + " (expected: below vocab_size "
              + vocabulary
              + " of config.json)");
    }
    return id;
  }

  private static HuggingFaceTokenizer load(Path path, byte[] json) throws CheckpointException {
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), OPTIONS);
    } catch (IOException | RuntimeException e) {
      throw new CheckpointException(
          path + ": not accepted by the tokenizers library: " + e.getMessage(), e);
    }
  }

  private static void setIfAbsent(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }
}
