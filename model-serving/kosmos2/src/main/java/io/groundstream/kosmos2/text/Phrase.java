package io.groundstream.kosmos2.text;

import java.util.List;

/**
 * A phrase of the caption with its places in the image.
 *
 * @param phrase the phrase without surrounding white space; empty where the model gave boxes
 *     without a name
 * @param start where the phrase begins in the caption, in Unicode code points
 * @param end where it ends, exclusive, in Unicode code points
 * @param boxes at least one box
 */
public record Phrase(String phrase, int start, int end, List<PhraseBox> boxes) {
  public Phrase {
    boxes = List.copyOf(boxes);
  }
}
