package io.groundstream.kosmos2.text;

import java.util.List;

/**
 * A phrase of the caption with its boxes in the image.
 *
 * @param phrase the phrase without surrounding white space; empty if the model generated boxes
 *     without a phrase
 * @param start the start of the phrase in the caption, in Unicode code points
 * @param end the exclusive end of the phrase in the caption, in Unicode code points
 * @param boxes at least one box
 * @param image the index, from 0 on, of the image in which the boxes are, among all images of the
 *     prompt in order, those of demonstrations included
 */
public record Phrase(String phrase, int start, int end, List<PhraseBox> boxes, int image) {
  public Phrase {
    boxes = List.copyOf(boxes);
  }

  /** Creates a phrase of a prompt with one image. */
  public Phrase(String phrase, int start, int end, List<PhraseBox> boxes) {
    this(phrase, start, end, boxes, 0);
  }
}
