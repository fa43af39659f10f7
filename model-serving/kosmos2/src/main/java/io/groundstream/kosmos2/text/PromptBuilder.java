package io.groundstream.kosmos2.text;

import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
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
 *       It</phrase><object>LOCATIONS</object> is}, boxes separated by {@code
 *       </delimiter_of_multi_objects/>}</td></tr>
 *   <tr><td>question</td><td>{@code  Question: TEXT Answer:}</td></tr>
 *   <tr><td>grounded-question</td><td>{@code <grounding> Question: TEXT Answer:}</td></tr>
 *   <tr><td>prompt</td><td>{@code  TEXT}, in which tags are tags</td></tr>
 * </table>
 *
 * <p>In every task but {@code prompt}, tags in the text are plain text. Thread-safe.
 */
public final class PromptBuilder {
  /** Far more than any model accepts, and few enough to tokenise quickly. */
  private static final int MAX_CHARACTERS = 100_000;

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
   * @param boxes the task's boxes
   * @param withImage whether there is an image; only optional for {@link Task#PROMPT}
   * @throws GroundingException if text, boxes or image are not as the task requires
   */
  public Prompt build(Task task, @Nullable String text, List<Box> boxes, boolean withImage)
      throws GroundingException {
    String stripped = checkText(task, text);
    checkBoxes(task, boxes);
    if (!withImage && task != Task.PROMPT) {
      throw new GroundingException(
          GroundingErrorCode.IMAGE_MISSING,
          "image: none (expected: an image, as every task but " + Task.PROMPT.id() + " requires)");
    }
    Assembly prompt = new Assembly(withImage);
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
      case REFERRING_EXPRESSION ->
          prompt.mark(Tag.GROUNDING).phrase("It").object(boxes).plain(" is");
      case QUESTION -> prompt.plain(" Question: " + stripped + " Answer:");
      case GROUNDED_QUESTION ->
          prompt.mark(Tag.GROUNDING).plain(" Question: " + stripped + " Answer:");
      case PROMPT -> prompt.raw(stripped);
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
    if (!task.takesText()) {
      throw new GroundingException(
          GroundingErrorCode.TEXT_UNEXPECTED,
          "text: " + Texts.quote(text) + " (expected: none, " + task.id() + " takes no text)");
    }
    if (text.length() > MAX_CHARACTERS) {
      throw new GroundingException(
          GroundingErrorCode.PROMPT_TOO_LONG,
          "text: " + text.length() + " characters (expected: at most " + MAX_CHARACTERS + ")");
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
                "text: %s contains the lone surrogate U+%04X (expected: complete characters)",
                Texts.quote(stripped), codePoint));
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
    private final boolean withImage;
    private final IntStream.Builder ids = IntStream.builder();
    private final StringBuilder text = new StringBuilder();

    Assembly(boolean withImage) {
      this.withImage = withImage;
      ids.add(tokenizer.beginOfSequenceId());
      if (withImage) {
        ids.add(tokenizer.idOf(Tag.IMAGE));
        for (int place = 0; place < latentQueryCount; place++) {
          ids.add(tokenizer.firstImagePlaceId() + place);
        }
        ids.add(tokenizer.idOf(Tag.END_OF_IMAGE));
      }
    }

    Assembly mark(Tag tag) {
      ids.add(tokenizer.idOf(tag));
      text.append(tag.content());
      return this;
    }

    Assembly plain(String words) throws GroundingException {
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

    void raw(String prompt) {
      for (int id : tokenizer.encodeWithTags(withImage ? " " + prompt : prompt, withImage)) {
        ids.add(id);
      }
      text.append(prompt);
    }

    Prompt build(List<Box> boxes) {
      return new Prompt(
          ids.build().toArray(),
          withImage ? 2 : -1,
          withImage ? latentQueryCount : 0,
          Texts.strip(text.toString()),
          boxes);
    }
  }
}
