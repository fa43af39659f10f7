package io.groundstream.operators.search;

import io.groundstream.operators.index.Relation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a query asks of an image, as a tree. {@link QueryParser} reads it from the users' words,
 * {@link QueryPrinter} writes it in such words, {@link QueryTranslator} translates it for
 * OpenSearch.
 */
sealed interface Query {
  /** All of two or more parts hold. */
  record AllOf(List<Query> parts) implements Query {
    public AllOf {
      parts = List.copyOf(parts);
    }
  }

  /** At least one of two or more parts holds. */
  record AnyOf(List<Query> parts) implements Query {
    public AnyOf {
      parts = List.copyOf(parts);
    }
  }

  /** The part does not hold. */
  record Not(Query part) implements Query {}

  /** The image shows the thing: at least one box meets all its conditions. */
  record Shows(Thing thing) implements Query {}

  /**
   * The image shows both things in this relation: at least one pair of boxes meets all conditions.
   */
  record Related(Thing subject, Relation relation, Thing object) implements Query {}

  /** A caption or answer holds the words. */
  record Text(TextField field, Phrase phrase) implements Query {}

  /**
   * A field has this value, letter for letter.
   *
   * @param prefix whether the value is only the beginning
   */
  record Keyword(KeywordField field, String value, boolean prefix) implements Query {}

  /**
   * The image has an attribute of this value, letter for letter.
   *
   * @param value null where any value will do
   * @param prefix whether the value is only the beginning
   */
  record Attribute(String key, @Nullable String value, boolean prefix) implements Query {}

  /** The event's time compares so with a moment. */
  record Time(Comparison comparison, Moment moment) implements Query {}
}
