package io.groundstream.console.render;

import java.util.List;

/**
 * A phrase and the boxes that show what it names.
 *
 * @param start where it starts in the answer's text, in Unicode code points
 * @param end where it ends, exclusive
 */
public record PagePhrase(String phrase, int start, int end, List<PageBox> boxes) {
  public PagePhrase {
    boxes = List.copyOf(boxes);
  }
}
