package io.groundstream.operators.search;

import io.groundstream.operators.index.Relation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reason why an image matched.
 *
 * @param part the part of the query, such as {@code dog left of fire}
 * @param subject the box that it is about
 * @param object the other box, where the part is a relation; else null
 * @param relations all relations that the subject has to the object; empty without an object
 */
public record FoundMatch(
    String part, FoundBox subject, @Nullable FoundBox object, List<Relation> relations) {
  public FoundMatch {
    relations = List.copyOf(relations);
  }
}
