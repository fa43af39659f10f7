package io.groundstream.kosmos2.text;

import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Builds the prompts of tasks, as in Kosmos-2's paper and evaluation code: {@code <s><image>}, the
 * image positions, {@code </image>}, and then
 *
 * <table>
 *   <caption>Prompts</caption>
 *   <tr><td>grounded-caption</td><td>{@code <grounding> An image of}</td></tr>
 *   <tr><td>detailed-caption</td><td>{@code <grounding> Describe this image in detail:}</td></tr>
 *   <tr><td>caption</td><td>{@code  An image of}</td></tr>
 *   <tr><td>phrase-grounding</td><td>{@code <grounding><phrase> TEXT</phrase>}</td></tr>
 *   <tr><td>phrase-in-sentence</td><td>{@code <grounding> TEXT BEFORE<phrase> TEXT IN
 *       BRACKETS</phrase>}; the text after the brackets is omitted, as the
 *       model continues from the phrase</td></tr>
 *   <tr><td>referring-expression</td><td>{@code <grounding><phrase>
 *       PHRASE</phrase><object>LOCATIONS</object> TEXT}; boxes of equal phrases are one span,
 *       separated by {@code </delimiter_of_multi_objects/>}, and spans of several phrases follow
 *       each other. A region without a phrase is {@code It}; without a text, TEXT is {@code
 *       is}</td></tr>
 *   <tr><td>question</td><td>{@code  Question: TEXT Answer:}</td></tr>
 *   <tr><td>grounded-question</td><td>{@code <grounding> Question: TEXT Answer:}</td></tr>
 *   <tr><td>prompt, score</td><td>{@code  TEXT}, in which tags are tags</td></tr>
 * </table>
 *
 * <p>Demonstrations stand between {@code <s>} and the request's own image: for each, {@code
 * <image>}, the positions, {@code </image>} and its text. Nothing separates them. Each text is
 * encoded separately, so that it begins with a space of its own. This layout is that of Kosmos-2's
 * evaluation code and training; whether {@code <grounding>} stands before demonstrations is not
 * published, so it is left to their text.
 *
 * <p>In every task but {@code prompt}, tags in the text are plain text. Thread-safe.
 */
public final class PromptBuilder {
  /** Far more than any model accepts, and few enough to tokenise quickly. */
  private static final int MAX_CHARACTERS = 100_000;

  /**
   * Kosmos-2 was trained on documents of at most 5; the demonstrations of the paper are up to 4.
   */
  public static final int MAX_IMAGES = 8;

  /** What the paper calls a region. */
  private static final String UNNAMED = "It";

  /** Receives the boxes of a demonstration. */
  private static final String EMPTY_OBJECT = Tag.OBJECT.content() + Tag.END_OF_OBJECT.content();

  private static final Pattern BRACKETED =
      Pattern.compile("([^\\[\\]]*)\\[([^\\[\\]]*)\\][^\\[\\]]*");

  private final Kosmos2Tokenizer tokenizer;
  private final int latentQueryCount;

  /**
   * @param latentQueryCount the number of positions per image; positive
   */
  public PromptBuilder(Kosmos2Tokenizer tokenizer, int latentQueryCount) {
    if (latentQueryCount < 1) {
      throw new IllegalArgumentException(
          "latentQueryCount: " + latentQueryCount + " (expected: > 0)");
    }
    this.tokenizer = tokenizer;
    this.latentQueryCount = latentQueryCount;
  }

  /**
   * Builds the prompt of a task.
   *
   * @param text the task's text; null or blank for none
   * @param regions the task's boxes with their phrases
   * @param withImage whether there is an image; only optional for {@link Task#PROMPT}
   * @throws GroundingException if text, regions or image are not as the task requires
   */
  public Prompt build(Task task, @Nullable String text, List<Region> regions, boolean withImage)
      throws GroundingException {
    return build(task, text, regions, List.of(), withImage);
  }

  /**
   * Builds the prompt of a task after demonstrations.
   *
   * @param text the task's text; null or blank for none
   * @param regions the task's boxes with their phrases
   * @param demonstrations the demonstrations, in order
   * @param withImage whether there is an image; optional for tasks that do not need one
   * @throws GroundingException if text, regions, image or demonstrations are not as the task
   *     requires
   */
  public Prompt build(
      Task task,
      @Nullable String text,
      List<Region> regions,
      List<Demonstration> demonstrations,
      boolean withImage)
      throws GroundingException {
    String stripped = checkText(task, text);
    List<Box> boxes = regions.stream().map(Region::box).toList();
    checkBoxes(task, boxes);
    Map<String, List<Box>> spans = spans(regions);
    if (!withImage && task.needsImage()) {
      throw new GroundingException(
          GroundingErrorCode.IMAGE_MISSING,
          "image: none (expected: an image, as the task " + task.id() + " requires)");
    }
    if (!withImage && !demonstrations.isEmpty()) {
      throw new GroundingException(
          GroundingErrorCode.IMAGE_MISSING,
          "image: none (expected: an image, as demonstrations are for another one)");
    }
    checkImages(demonstrations.size() + (withImage ? 1 : 0));
    Assembly prompt = new Assembly();
    for (int index = 0; index < demonstrations.size(); index++) {
      prompt.demonstration(index + 1, demonstrations.get(index));
    }
    prompt.endDemonstrations();
    if (withImage) {
      prompt.image();
    }
    switch (task) {
      case GROUNDED_CAPTION -> prompt.mark(Tag.GROUNDING).plain(" An image of");
      case DETAILED_CAPTION -> prompt.mark(Tag.GROUNDING).plain(" Describe this image in detail:");
      case CAPTION -> prompt.plain(" An image of");
      case PHRASE_GROUNDING -> prompt.mark(Tag.GROUNDING).phrase(stripped);
      case PHRASE_IN_SENTENCE -> {
        Matcher sentence = matchSentence(stripped);
        prompt
            .mark(Tag.GROUNDING)
            .words(Texts.strip(sentence.group(1)))
            .phrase(Texts.strip(sentence.group(2)));
      }
      case REFERRING_EXPRESSION -> {
        prompt.mark(Tag.GROUNDING);
        for (Map.Entry<String, List<Box>> span : spans.entrySet()) {
          prompt.phrase(span.getKey()).object(span.getValue());
        }
        prompt.words(stripped.isEmpty() ? "is" : stripped);
      }
      case QUESTION -> prompt.plain(" Question: " + stripped + " Answer:");
      case GROUNDED_QUESTION ->
          prompt.mark(Tag.GROUNDING).plain(" Question: " + stripped + " Answer:");
      case PROMPT, SCORE -> prompt.raw(stripped);
    }
    return prompt.build(boxes);
  }

  /**
   * Checks the text of a task without building its prompt.
   *
   * @throws GroundingException if the text is not as the task requires
   */
  public static void check(Task task, @Nullable String text) throws GroundingException {
    String stripped = checkText(task, text);
    if (task == Task.PHRASE_IN_SENTENCE) {
      Matcher unused = matchSentence(stripped);
    }
  }

  /**
   * Builds a prompt of text and images in any order. Each text is encoded separately.
   *
   * @param parts the parts, of which the last is a text
   * @throws GroundingException if there are too many images, or no text at the end
   */
  public Prompt build(List<PromptPart> parts) throws GroundingException {
    if (parts.isEmpty() || parts.get(parts.size() - 1) instanceof PromptPart.Image) {
      throw new GroundingException(
          GroundingErrorCode.TEXT_MISSING,
          "text: none after the last image (expected: a prompt ends with text)");
    }
    checkImages((int) parts.stream().filter(PromptPart.Image.class::isInstance).count());
    Assembly prompt = new Assembly();
    for (PromptPart part : parts) {
      if (part instanceof PromptPart.Text text) {
        prompt.raw(checkText(Task.PROMPT, text.text()));
      } else {
        prompt.image();
      }
    }
    return prompt.build(List.of());
  }

  /**
   * Returns the ids of a continuation of a prompt: as if it followed the prompt's text after a
   * space, encoded separately.
   *
   * @param task the prompt's task; tags in the continuation are tags if they are in its text
   * @throws GroundingException if it has no tokens, or too many characters
   */
  public int[] continuation(Task task, String candidate) throws GroundingException {
    if (Texts.isBlank(candidate)) {
      throw new GroundingException(
          GroundingErrorCode.CANDIDATES_INVALID,
          "candidate: " + Texts.quote(candidate) + " (expected: a text of at least one token)");
    }
    String words = " " + checkText(Task.PROMPT, candidate);
    int[] ids = task.isRaw() ? tokenizer.encodeWithTags(words, true) : tokenizer.encodePlain(words);
    if (ids.length == 0) {
      throw new GroundingException(
          GroundingErrorCode.CANDIDATES_INVALID,
          "candidate: " + Texts.quote(candidate) + " has no tokens (expected: at least one)");
    }
    return ids;
  }

  private static void checkImages(int count) throws GroundingException {
    if (count > MAX_IMAGES) {
      throw new GroundingException(
          GroundingErrorCode.TOO_MANY_IMAGES,
          "images: %d in one prompt, those of demonstrations included (expected: at most %d)"
              .formatted(count, MAX_IMAGES));
    }
  }

  private static String checkText(Task task, @Nullable String text) throws GroundingException {
    Task.TextRule rule = task.textRule();
    if (text == null || Texts.isBlank(text)) {
      if (task.takesText()) {
        throw new GroundingException(
            GroundingErrorCode.TEXT_MISSING,
            "text: none (expected: " + task.id() + " takes " + rule.expectation() + ")");
      }
      return "";
    }
    if (!task.allowsText()) {
      throw new GroundingException(
          GroundingErrorCode.TEXT_UNEXPECTED,
          "text: " + Texts.quote(text) + " (expected: none, " + task.id() + " takes no text)");
    }
    return stripped("text", text);
  }

  /**
   * Returns a text without white space around it.
   *
   * @param name what the text is, for messages
   * @throws GroundingException if it is too long or has incomplete characters
   */
  private static String stripped(String name, String text) throws GroundingException {
    if (text.length() > MAX_CHARACTERS) {
      throw new GroundingException(
          GroundingErrorCode.PROMPT_TOO_LONG,
          name + ": " + text.length() + " characters (expected: at most " + MAX_CHARACTERS + ")");
    }
    String stripped = Texts.strip(text);
    for (int index = 0; index < stripped.length(); ) {
      int codePoint = stripped.codePointAt(index);
      index += Character.charCount(codePoint);
      // Line breaks and control characters are left to the tokenizer, as in the reference.
      if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
        throw new GroundingException(
            GroundingErrorCode.TEXT_INVALID,
            String.format(
                "%s: %s contains the lone surrogate U+%04X (expected: complete characters)",
                name, Texts.quote(stripped), codePoint));
      }
    }
    return stripped;
  }

  private static void checkBoxes(Task task, List<Box> boxes) throws GroundingException {
    if (!task.takesBoxes()) {
      if (!boxes.isEmpty()) {
        throw new GroundingException(
            GroundingErrorCode.BOX_UNEXPECTED,
            "box: " + boxes.get(0) + " (expected: none, " + task.id() + " takes no boxes)");
      }
      return;
    }
    if (boxes.isEmpty()) {
      throw new GroundingException(
          GroundingErrorCode.BOX_MISSING,
          "box: none (expected: " + task.id() + " takes the region's x_min, y_min, x_max, y_max)");
    }
    checkRanges(boxes);
  }

  /** Returns the boxes of each phrase, in the order in which the phrases first occur. */
  private static Map<String, List<Box>> spans(List<Region> regions) throws GroundingException {
    Map<String, List<Box>> spans = new LinkedHashMap<>();
    long characters = 0;
    for (int index = 0; index < regions.size(); index++) {
      Region region = regions.get(index);
      String phrase = region.phrase();
      String name = "phrase of region " + (index + 1);
      if (phrase != null && Texts.isBlank(phrase)) {
        throw new GroundingException(
            GroundingErrorCode.TEXT_MISSING,
            name + ": " + Texts.quote(phrase) + " (expected: what the region shows)");
      }
      String words = phrase == null ? UNNAMED : stripped(name, phrase);
      if (spans.computeIfAbsent(words, any -> new ArrayList<>()).isEmpty()) {
        characters += words.length();
      }
      spans.get(words).add(region.box());
    }
    if (characters > MAX_CHARACTERS) {
      throw new GroundingException(
          GroundingErrorCode.PROMPT_TOO_LONG,
          "phrases of regions: %d characters (expected: at most %d)"
              .formatted(characters, MAX_CHARACTERS));
    }
    return spans;
  }

  private static void checkRanges(List<Box> boxes) throws GroundingException {
    for (Box box : boxes) {
      String problem = box.problem();
      if (problem != null) {
        throw new GroundingException(GroundingErrorCode.BOX_INVALID, problem);
      }
    }
  }

  private static Matcher matchSentence(String text) throws GroundingException {
    Matcher matcher = BRACKETED.matcher(text);
    if (!matcher.matches() || Texts.isBlank(matcher.group(2))) {
      throw new GroundingException(
          GroundingErrorCode.TEXT_INVALID,
          "text: "
              + Texts.quote(text)
              + " (expected: "
              + Task.PHRASE_IN_SENTENCE.textRule().expectation()
              + ")");
    }
    return matcher;
  }

  /** The ids of a prompt and its text, built together. */
  private final class Assembly {
    private final List<Integer> ids = new ArrayList<>();
    private final List<Integer> imageStarts = new ArrayList<>();

    /** The text after the last image so far. */
    private final StringBuilder text = new StringBuilder();

    private int demonstrationTokens;

    /** Of all texts, so that many of them do not take longer than one. */
    private int characters;

    Assembly() {
      ids.add(tokenizer.beginOfSequenceId());
    }

    void image() {
      ids.add(tokenizer.idOf(Tag.IMAGE));
      imageStarts.add(ids.size());
      for (int place = 0; place < latentQueryCount; place++) {
        ids.add(tokenizer.firstImagePlaceId() + place);
      }
      ids.add(tokenizer.idOf(Tag.END_OF_IMAGE));
      text.setLength(0);
    }

    /**
     * @param number its number, from 1 on, for messages
     */
    void demonstration(int number, Demonstration demonstration) throws GroundingException {
      image();
      try {
        raw(withBoxes(checkText(Task.PROMPT, demonstration.text()), demonstration.boxes()));
      } catch (GroundingException e) {
        throw new GroundingException(
            GroundingErrorCode.DEMONSTRATION_INVALID,
            "demonstration " + number + ": " + e.getMessage(),
            e);
      }
    }

    void endDemonstrations() {
      demonstrationTokens = imageStarts.isEmpty() ? 0 : ids.size();
    }

    private String withBoxes(String words, List<Box> boxes) throws GroundingException {
      checkRanges(boxes);
      if (boxes.isEmpty()) {
        return words;
      }
      String[] pieces = words.split(Pattern.quote(EMPTY_OBJECT), -1);
      int objects = pieces.length - 1;
      if (objects == 0) {
        return Tag.PHRASE.content()
            + " It"
            + Tag.END_OF_PHRASE.content()
            + written(boxes)
            + " "
            + words;
      }
      if (objects > 1 && objects != boxes.size()) {
        throw new GroundingException(
            GroundingErrorCode.BOX_INVALID,
            "boxes: %d for %d times %s (expected: one for each)"
                .formatted(boxes.size(), objects, EMPTY_OBJECT));
      }
      StringBuilder filled = new StringBuilder(pieces[0]);
      for (int index = 0; index < objects; index++) {
        filled.append(written(objects == 1 ? boxes : boxes.subList(index, index + 1)));
        filled.append(pieces[index + 1]);
      }
      return filled.toString();
    }

    private String written(List<Box> boxes) {
      LocationTokens locations = tokenizer.locationTokens();
      return boxes.stream()
          .map(
              box ->
                  Tag.location(locations.upperLeft(box)) + Tag.location(locations.lowerRight(box)))
          .collect(
              Collectors.joining(
                  Tag.DELIMITER.content(), Tag.OBJECT.content(), Tag.END_OF_OBJECT.content()));
    }

    private void count(String words) throws GroundingException {
      characters += words.length();
      if (characters > MAX_CHARACTERS) {
        throw new GroundingException(
            GroundingErrorCode.PROMPT_TOO_LONG,
            "prompt: more than " + MAX_CHARACTERS + " characters (expected: at most that many)");
      }
    }

    Assembly mark(Tag tag) {
      ids.add(tokenizer.idOf(tag));
      text.append(tag.content());
      return this;
    }

    Assembly plain(String words) throws GroundingException {
      count(words);
      for (int id : tokenizer.encodePlain(words)) {
        ids.add(id);
      }
      text.append(words);
      return this;
    }

    /** Appends words after a space; appends nothing if there are none. */
    Assembly words(String words) throws GroundingException {
      return words.isEmpty() ? this : plain(" " + words);
    }

    Assembly phrase(String phrase) throws GroundingException {
      return mark(Tag.PHRASE).plain(" " + phrase).mark(Tag.END_OF_PHRASE);
    }

    Assembly object(List<Box> boxes) {
      mark(Tag.OBJECT);
      LocationTokens locations = tokenizer.locationTokens();
      for (int index = 0; index < boxes.size(); index++) {
        if (index > 0) {
          mark(Tag.DELIMITER);
        }
        location(locations.upperLeft(boxes.get(index)));
        location(locations.lowerRight(boxes.get(index)));
      }
      return mark(Tag.END_OF_OBJECT);
    }

    private void location(int cell) {
      ids.add(tokenizer.idOfLocation(cell));
      text.append(Tag.location(cell));
    }

    void raw(String prompt) throws GroundingException {
      count(prompt);
      // Behind the beginning of the sequence, the reference encodes the text without a space.
      boolean first = ids.size() == 1;
      for (int id : tokenizer.encodeWithTags(first ? prompt : " " + prompt, !first)) {
        ids.add(id);
      }
      text.append(prompt);
    }

    Prompt build(List<Box> boxes) {
      return new Prompt(
          ids.stream().mapToInt(Integer::intValue).toArray(),
          imageStarts,
          imageStarts.isEmpty() ? 0 : latentQueryCount,
          demonstrationTokens,
          Texts.strip(text.toString()),
          boxes);
    }
  }
}
