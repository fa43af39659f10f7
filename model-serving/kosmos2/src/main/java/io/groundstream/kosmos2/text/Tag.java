package io.groundstream.kosmos2.text;

import org.jspecify.annotations.Nullable;

/** The tags of Kosmos-2's text, except location tokens. */
enum Tag {
  IMAGE("<image>", true),
  END_OF_IMAGE("</image>", true),
  GROUNDING("<grounding>", true),
  PHRASE("<phrase>", true),
  END_OF_PHRASE("</phrase>", true),
  OBJECT("<object>", true),
  END_OF_OBJECT("</object>", true),
  DELIMITER("</delimiter_of_multi_objects/>", true),
  // From training on pages; prompts do not need them, and a checkpoint may lack them.
  END_OF_DOCUMENT("</doc>", false),
  END_OF_CHUNK("</chunk>", false),
  END_OF_LINE("</line>", false);

  private final String content;
  private final boolean required;

  Tag(String content, boolean required) {
    this.content = content;
    this.required = required;
  }

  /** Returns the written form of the tag, such as {@code <phrase>}. */
  String content() {
    return content;
  }

  /** Returns whether every Kosmos-2 tokenizer must have the tag. */
  boolean isRequired() {
    return required;
  }

  static @Nullable Tag of(String content) {
    for (Tag tag : values()) {
      if (tag.content.equals(content)) {
        return tag;
      }
    }
    return null;
  }

  /** Returns the written form of a cell's location token, such as {@code <patch_index_0044>}. */
  static String location(int cell) {
    return String.format("<patch_index_%04d>", cell);
  }
}
