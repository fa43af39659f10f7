package io.groundstream.kosmos2.text;

import io.groundstream.images.PreparedImage;

/** A part of a prompt with text and images in any order. */
public sealed interface PromptPart {
  /** Text, in which tags are tags. It is encoded separately from the text of other parts. */
  record Text(String text) implements PromptPart {}

  /** An image. */
  record Image(PreparedImage image) implements PromptPart {}
}
