package io.groundstream.kosmos2.text;

import java.util.List;

/**
 * What the model said, for machines and for people.
 *
 * @param text prompt and generated text with their tags: what stands after the image
 * @param caption {@code text} without tags, stripped
 * @param answer the generated text alone, without tags, stripped
 * @param phrases the phrases that have boxes, in their order in the caption
 * @param warnings what could not be read as the model's language or had to be repaired, for people
 */
public record GroundedText(
    String text, String caption, String answer, List<Phrase> phrases, List<String> warnings) {
  public GroundedText {
    phrases = List.copyOf(phrases);
    warnings = List.copyOf(warnings);
  }
}
