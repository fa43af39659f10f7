package io.groundstream.operators.search;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a query asks of a picture, as a tree. {@link QueryParser} reads it from the users' words,
 * {@link QueryPrinter} writes it back in such words, {@link QueryTranslator} puts it to OpenSearch.
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

  /** The picture shows the thing: one box at least meets all that is said of it. */
  record Shows(Thing thing) implements Query {}

  /** The picture shows both things, in this relation: one pair of boxes at least meets all. */
  record Related(Thing subject, Relation relation, Thing object) implements Query {}

  /** A caption or answer holds the words. */
  record Text(TextField field, Phrase phrase) implements Query {}

  /**
   * A field has this value, letter for letter.
   *
   * @param prefix whether it only begins so
   */
  record Keyword(KeywordField field, String value, boolean prefix) implements Query {}

  /**
   * The picture has an attribute of this value, letter for letter.
   *
   * @param value null where any value will do
   * @param prefix whether it only begins so
   */
  record Attribute(String key, @Nullable String value, boolean prefix) implements Query {}

  /** The event happened then. */
  record Time(Comparison comparison, Moment moment) implements Query {}
}
