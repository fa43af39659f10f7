package io.groundstream.operators.search;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that an image shows: its name, and the conditions on its box.
 *
 * @param phrase its name; null for anything
 * @param conditions the conditions that its box must meet
 */
record Thing(@Nullable Phrase phrase, List<BoxCondition> conditions) {
  Thing {
    conditions = List.copyOf(conditions);
  }
}
