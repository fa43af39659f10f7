package io.groundstream.operators.search;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reason why a picture matched.
 *
 * @param part the part of the query, such as {@code dog left of fire}
 * @param subject the box that it is about
 * @param object the other box, where the part is a relation; else null
 * @param relations all relations of subject to object, as the index calls them; empty without
 *     object
 */
public record FoundMatch(
    String part, FoundBox subject, @Nullable FoundBox object, List<String> relations) {
  public FoundMatch {
    relations = List.copyOf(relations);
  }
}
