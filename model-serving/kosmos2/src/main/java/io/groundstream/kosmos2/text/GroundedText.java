package io.groundstream.kosmos2.text;

import java.util.List;

/**
 * The parsed text of the model.
 *
 * @param text the prompt and the generated text after the image, with tags
 * @param caption {@code text} without tags, stripped
 * @param answer the generated text without the prompt and without tags, stripped
 * @param phrases the phrases that have boxes, in order of the caption
 * @param warnings human-readable messages about malformed or repaired parts of the text
 */
public record GroundedText(
    String text, String caption, String answer, List<Phrase> phrases, List<String> warnings) {
  public GroundedText {
    phrases = List.copyOf(phrases);
    warnings = List.copyOf(warnings);
  }
}
