package io.groundstream.operators.search;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;

/** Writes queries in the users' words, so that {@link QueryParser} reads the same query again. */
final class QueryPrinter {
  private static final BigDecimal HUNDRED = new BigDecimal(100);

  private QueryPrinter() {}

  static String print(Query query) {
    if (query instanceof Query.AllOf all) {
      return all.parts().stream()
          .map(part -> print(part, part instanceof Query.AllOf || part instanceof Query.AnyOf))
          .collect(Collectors.joining(" and "));
    } else if (query instanceof Query.AnyOf any) {
      return any.parts().stream()
          .map(part -> print(part, part instanceof Query.AnyOf))
          .collect(Collectors.joining(" or "));
    } else if (query instanceof Query.Not not) {
      Query part = not.part();
      return "not " + print(part, part instanceof Query.AllOf || part instanceof Query.AnyOf);
    } else if (query instanceof Query.Shows shows) {
      return print(shows.thing());
    } else if (query instanceof Query.Related related) {
      return print(related.subject())
          + " "
          + related.relation().words().get(0)
          + " "
          + print(related.object());
    } else if (query instanceof Query.Text text) {
      return text.field().word() + ":" + print(text.phrase());
    } else if (query instanceof Query.Keyword keyword) {
      return keyword.field().word() + ":" + value(keyword.value(), keyword.prefix());
    } else if (query instanceof Query.Attribute attribute) {
      String value = attribute.value();
      return "attribute:"
          + plainOrQuoted(attribute.key())
          + (value == null ? "" : "=" + value(value, attribute.prefix()));
    } else if (query instanceof Query.Time time) {
      return "time " + time.comparison().sign() + " " + print(time.moment());
    }
    throw new IllegalStateException("query: " + query);
  }

  private static String print(Query query, boolean inParentheses) {
    return inParentheses ? "(" + print(query) + ")" : print(query);
  }

  static String print(Thing thing) {
    StringBuilder text = new StringBuilder();
    List<BoxCondition> conditions = thing.conditions();
    int next = 0;
    if (!conditions.isEmpty() && conditions.get(0) instanceof BoxCondition.OfSize ofSize) {
      text.append(ofSize.size().word()).append(' ');
      next = 1;
    }
    Phrase phrase = thing.phrase();
    text.append(phrase == null ? "anything" : print(phrase));
    for (BoxCondition condition : conditions.subList(next, conditions.size())) {
      text.append(' ').append(print(condition));
    }
    return text.toString();
  }

  private static String print(Phrase phrase) {
    return phrase.together() ? quoted(phrase.text()) : phrase.text();
  }

  private static String print(BoxCondition condition) {
    if (condition instanceof BoxCondition.InPlace place) {
      Vertical vertical = place.vertical();
      Horizontal horizontal = place.horizontal();
      if (vertical == Vertical.MIDDLE && horizontal == Horizontal.CENTRE) {
        return "in middle";
      }
      return "in"
          + (vertical == null ? "" : " " + vertical.words().get(0))
          + (horizontal == null ? "" : " " + horizontal.words().get(0));
    } else if (condition instanceof BoxCondition.OfMeasure measure) {
      String value =
          measure.measure() == Measure.CONFIDENCE
              ? measure.value().toPlainString()
              : measure.value().multiply(HUNDRED).stripTrailingZeros().toPlainString() + "%";
      return measure.measure().word() + " " + measure.comparison().sign() + " " + value;
    }
    throw new IllegalStateException("condition: " + condition);
  }

  private static String print(Moment moment) {
    if (moment instanceof Moment.Day day) {
      return day.date().toString();
    } else if (moment instanceof Moment.Exactly exactly) {
      return exactly.instant().toString();
    } else if (moment instanceof Moment.Ago ago) {
      return ago.amount() == 0 ? "now" : "now-" + ago.amount() + ago.unit();
    }
    throw new IllegalStateException("moment: " + moment);
  }

  private static String value(String value, boolean prefix) {
    return prefix ? value + "*" : plainOrQuoted(value);
  }

  private static String plainOrQuoted(String text) {
    return text.matches("[A-Za-z0-9_-]+") ? text : quoted(text);
  }

  private static String quoted(String text) {
    return '"' + text.replaceAll("[\"\\\\“”]", "\\\\$0") + '"';
  }
}
