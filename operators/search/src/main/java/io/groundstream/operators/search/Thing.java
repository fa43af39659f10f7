package io.groundstream.operators.search;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that a picture shows: what it is called, and what its box is like.
 *
 * @param phrase what it is called; null for anything
 * @param conditions what holds for its box, all of them
 */
record Thing(@Nullable Phrase phrase, List<BoxCondition> conditions) {
  Thing {
    conditions = List.copyOf(conditions);
  }
}
