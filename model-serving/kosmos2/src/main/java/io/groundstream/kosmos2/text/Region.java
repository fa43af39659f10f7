package io.groundstream.kosmos2.text;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A region of an image that a request is about.
 *
 * @param box the region, normalised to [0, 1]
 * @param phrase what the region shows, such as {@code a snowman}; null if it is not named, which
 *     the prompt calls {@code It}. Tags in it are plain text.
 */
public record Region(Box box, @Nullable String phrase) {

  /** Returns regions without phrases. */
  public static List<Region> unnamed(List<Box> boxes) {
    return boxes.stream().map(box -> new Region(box, null)).toList();
  }
}
