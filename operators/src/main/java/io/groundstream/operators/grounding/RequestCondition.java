package io.groundstream.operators.grounding;

import io.groundstream.avro.ImageEvent;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventRecord;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The condition of a rule: comparisons that must all hold, such as {@code camera == "gate" && topic
 * != "test"}. An absent attribute or header differs from every text.
 */
public record RequestCondition(List<Comparison> comparisons) implements Serializable {
  static final String EXPECTED =
      "comparisons such as camera == \"gate\" && topic != \"test\"; names are attributes,"
          + " attributes.NAME, header.NAME and topic";

  private static final Pattern COMPARISON =
      Pattern.compile("\\s*([A-Za-z0-9_.-]+)\\s*(==|!=)\\s*(?:\"([^\"]*)\"|'([^']*)')\\s*");
  private static final String ATTRIBUTE = "attributes.";
  private static final String HEADER = "header.";
  private static final String TOPIC = "topic";
  private static final String AND = "&&";

  /**
   * One comparison.
   *
   * @param equal whether the value must be the text, or must differ from it
   */
  public record Comparison(String name, boolean equal, String text) implements Serializable {
    boolean holds(ImageEvent event, EventRecord record) {
      return text.equals(value(event, record)) == equal;
    }

    private @Nullable String value(ImageEvent event, EventRecord record) {
      if (name.equals(TOPIC)) {
        return record.getTopic();
      }
      if (name.startsWith(HEADER)) {
        byte[] header = EventFacts.header(record, name.substring(HEADER.length()));
        return header == null ? null : new String(header, StandardCharsets.UTF_8);
      }
      return event
          .getAttributes()
          .get(name.startsWith(ATTRIBUTE) ? name.substring(ATTRIBUTE.length()) : name);
    }
  }

  public RequestCondition {
    comparisons = List.copyOf(comparisons);
  }

  /**
   * Reads a condition.
   *
   * @throws IllegalArgumentException if the text is not one
   */
  static RequestCondition parse(String text) {
    List<Comparison> comparisons = new ArrayList<>();
    Matcher matcher = COMPARISON.matcher(text);
    int begin = 0;
    while (true) {
      matcher.region(begin, text.length());
      if (!matcher.lookingAt()) {
        throw new IllegalArgumentException(text);
      }
      String quoted = matcher.group(3) == null ? matcher.group(4) : matcher.group(3);
      comparisons.add(new Comparison(matcher.group(1), matcher.group(2).equals("=="), quoted));
      begin = matcher.end();
      if (begin == text.length()) {
        return new RequestCondition(comparisons);
      }
      if (!text.startsWith(AND, begin)) {
        throw new IllegalArgumentException(text);
      }
      begin += AND.length();
    }
  }

  boolean holds(ImageEvent event, EventRecord record) {
    return comparisons.stream().allMatch(comparison -> comparison.holds(event, record));
  }
}
