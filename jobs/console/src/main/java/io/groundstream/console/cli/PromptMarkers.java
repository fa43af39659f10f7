package io.groundstream.console.cli;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The places of images in the text of a prompt: {@code <image:1> shows a dog. <image:2> shows}. */
final class PromptMarkers {
  private static final Pattern MARKER = Pattern.compile("<image:([^<>]*)>");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  private PromptMarkers() {}

  /**
   * A part of a prompt.
   *
   * @param image the number of an image, from 1 on; 0 for a text
   * @param text empty for an image
   */
  record Part(int image, String text) {}

  /** Returns whether a text has a marker, of any image. */
  static boolean isIn(String text) {
    return MARKER.matcher(text).find();
  }

  /**
   * Returns the parts of a prompt. Without markers, all images stand before the text.
   *
   * @param images the number of images
   * @throws IllegalArgumentException if a marker is of no image, or an image has none; the message
   *     says what is expected
   */
  static List<Part> parts(String text, int images) {
    List<Part> parts = new ArrayList<>();
    if (!isIn(text)) {
      for (int image = 1; image <= images; image++) {
        parts.add(new Part(image, ""));
      }
      addText(parts, text);
      return parts;
    }
    BitSet used = new BitSet();
    Matcher marker = MARKER.matcher(text);
    int end = 0;
    while (marker.find()) {
      int image = NUMBER.matcher(marker.group(1)).matches() ? Integer.parseInt(marker.group(1)) : 0;
      if (image < 1 || image > images) {
        throw new IllegalArgumentException(
            "%s (expected: <image:N> with N from 1 to %d, the number of images)"
                .formatted(marker.group(), images));
      }
      addText(parts, text.substring(end, marker.start()));
      parts.add(new Part(image, ""));
      used.set(image);
      end = marker.end();
    }
    addText(parts, text.substring(end));
    int unused = used.nextClearBit(1);
    if (unused <= images) {
      throw new IllegalArgumentException(
          "no <image:%d> (expected: a marker for each of %d images, or none at all)"
              .formatted(unused, images));
    }
    return parts;
  }

  private static void addText(List<Part> parts, String text) {
    if (!text.isBlank()) {
      parts.add(new Part(0, text));
    }
  }
}
