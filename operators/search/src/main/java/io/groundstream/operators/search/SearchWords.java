package io.groundstream.operators.search;

import io.groundstream.operators.index.Relation;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/** The words of the query language and what they mean, for documentation and help. */
@API(status = API.Status.INTERNAL)
public final class SearchWords {
  private SearchWords() {}

  /**
   * A word, or several that mean the same.
   *
   * @param name what it is called, in the index where it is there
   * @param words the words, the usual ones first
   * @param meaning what it means, for the middle of a sentence
   */
  public record Row(String name, List<String> words, String meaning) {
    public Row {
      words = List.copyOf(words);
    }
  }

  /** Returns the relations; the meaning is a sentence about the boxes A and B. */
  public static List<Row> relations() {
    return rows(
        Relation.values(),
        relation -> new Row(relation.id(), relation.words(), relation.meaning()));
  }

  /** Returns the sizes. */
  public static List<Row> sizes() {
    return rows(Size.values(), size -> new Row(size.word(), size.words(), bounds(size)));
  }

  /** Returns the measures of boxes. */
  public static List<Row> measures() {
    return rows(
        Measure.values(),
        measure ->
            new Row(measure.field().fieldName(), List.of(measure.word()), measure.meaning()));
  }

  /** Returns the fields in which words are looked for. */
  public static List<Row> textFields() {
    return rows(
        TextField.values(), field -> new Row(field.word(), List.of(field.word()), field.meaning()));
  }

  /** Returns the fields that are looked up letter for letter. */
  public static List<Row> keywordFields() {
    return rows(
        KeywordField.values(),
        field -> new Row(field.word(), List.of(field.word()), field.meaning()));
  }

  private static String bounds(Size size) {
    return Stream.of(
            size.from() == null ? "" : "at least " + percent(size.from()),
            size.to() == null ? "" : "less than " + percent(size.to()))
        .filter(bound -> !bound.isEmpty())
        .reduce((one, other) -> one + ", " + other)
        .orElse("any");
  }

  private static String percent(BigDecimal fraction) {
    return fraction.movePointRight(2).stripTrailingZeros().toPlainString() + " %";
  }

  private static <T> List<Row> rows(T[] values, java.util.function.Function<T, Row> row) {
    return Arrays.stream(values).map(row).toList();
  }
}
