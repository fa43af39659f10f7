package io.groundstream.operators.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.operators.index.IndexField;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Translates queries for OpenSearch: a thing becomes one nested query over the image's entities, a
 * relation of two things one nested query over its pairs. Both ask for inner hits, which hold the
 * boxes that matched. Users' words only become values in the JSON, never part of its structure.
 */
final class QueryTranslator {
  /** The most boxes, or pairs of boxes, of an image that are returned for a part of a query. */
  static final int MAX_MATCHES = 20;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String FIRST_THIRD = "0.3333333333333333";
  private static final String SECOND_THIRD = "0.6666666666666667";

  private final Map<String, Query> matches = new LinkedHashMap<>();

  private QueryTranslator() {}

  /**
   * A query for OpenSearch.
   *
   * @param json the query
   * @param matches the parts that have inner hits, by the names of those
   */
  record Translation(ObjectNode json, Map<String, Query> matches) {}

  static Translation translate(Query query) {
    QueryTranslator translator = new QueryTranslator();
    ObjectNode json = translator.scored(query, true);
    return new Translation(json, translator.matches);
  }

  /** Returns a query, in a filter if it has no score. */
  private ObjectNode scored(Query query, boolean positive) {
    ObjectNode json = json(query, positive);
    return isFilter(query) ? bool("filter", json) : json;
  }

  private ObjectNode json(Query query, boolean positive) {
    if (query instanceof Query.AllOf all) {
      return allOf(all, positive);
    } else if (query instanceof Query.AnyOf any) {
      ArrayNode parts = JSON.arrayNode();
      any.parts().forEach(part -> parts.add(scored(part, positive)));
      ObjectNode bool = JSON.objectNode();
      bool.set("should", parts);
      bool.put("minimum_should_match", 1);
      return object("bool", bool);
    } else if (query instanceof Query.Not not) {
      return bool("must_not", json(not.part(), false));
    } else if (query instanceof Query.Shows shows) {
      List<ObjectNode> must = new ArrayList<>();
      List<ObjectNode> filter = new ArrayList<>();
      add(shows.thing(), must, filter, IndexField.ENTITIES);
      return nested(IndexField.ENTITIES, must, filter, positive ? query : null);
    } else if (query instanceof Query.Related related) {
      List<ObjectNode> must = new ArrayList<>();
      List<ObjectNode> filter = new ArrayList<>();
      filter.add(term(IndexField.RELATIONS.in(IndexField.PAIRS), related.relation().id(), false));
      add(related.subject(), must, filter, IndexField.PAIRS, IndexField.SUBJECT);
      add(related.object(), must, filter, IndexField.PAIRS, IndexField.OBJECT);
      return nested(IndexField.PAIRS, must, filter, positive ? query : null);
    } else if (query instanceof Query.Text text) {
      ObjectNode words = words(text.field().field().in(IndexField.REQUESTS), text.phrase());
      return nested(IndexField.REQUESTS, List.of(words), List.of(), null);
    } else if (query instanceof Query.Keyword keyword) {
      ObjectNode term = term(keyword.field().path(), keyword.value(), keyword.prefix());
      return keyword.field().ofRequest()
          ? nested(IndexField.REQUESTS, List.of(), List.of(term), null)
          : term;
    } else if (query instanceof Query.Attribute attribute) {
      String field = IndexField.ATTRIBUTES.in() + "." + attribute.key();
      String value = attribute.value();
      // An exists query does not find names with dots in them.
      return value == null ? term(field, "", true) : term(field, value, attribute.prefix());
    } else if (query instanceof Query.Time time) {
      return leaf("range", IndexField.EVENT_TIME.in(), bounds(time));
    }
    throw new IllegalStateException("query: " + query);
  }

  private ObjectNode allOf(Query.AllOf all, boolean positive) {
    ArrayNode must = JSON.arrayNode();
    ArrayNode filter = JSON.arrayNode();
    ArrayNode mustNot = JSON.arrayNode();
    for (Query part : all.parts()) {
      if (part instanceof Query.Not not) {
        mustNot.add(json(not.part(), false));
      } else {
        (isFilter(part) ? filter : must).add(json(part, positive));
      }
    }
    ObjectNode bool = JSON.objectNode();
    setUnlessEmpty(bool, "must", must);
    setUnlessEmpty(bool, "filter", filter);
    setUnlessEmpty(bool, "must_not", mustNot);
    return object("bool", bool);
  }

  /** Returns whether it only holds or does not hold, without a score. */
  private static boolean isFilter(Query query) {
    return query instanceof Query.Keyword
        || query instanceof Query.Attribute
        || query instanceof Query.Time;
  }

  /**
   * Returns a nested query.
   *
   * @param matched the part whose matching boxes are returned; null for none
   */
  private ObjectNode nested(
      IndexField path, List<ObjectNode> must, List<ObjectNode> filter, @Nullable Query matched) {
    ObjectNode query;
    if (must.isEmpty() && filter.isEmpty()) {
      query = object("match_all", JSON.objectNode());
    } else if (must.size() == 1 && filter.isEmpty()) {
      query = must.get(0);
    } else {
      ObjectNode bool = JSON.objectNode();
      setUnlessEmpty(bool, "must", JSON.arrayNode().addAll(must));
      setUnlessEmpty(bool, "filter", JSON.arrayNode().addAll(filter));
      query = object("bool", bool);
    }
    ObjectNode nested = JSON.objectNode();
    nested.put("path", path.in());
    nested.put("score_mode", "max");
    nested.set("query", query);
    if (matched != null) {
      String name = "match-" + (matches.size() + 1);
      matches.put(name, matched);
      nested.set("inner_hits", JSON.objectNode().put("name", name).put("size", MAX_MATCHES));
    }
    return object("nested", nested);
  }

  /**
   * Adds what a thing asks of a box.
   *
   * @param objects the objects of the index that hold the box, the outermost first
   */
  private static void add(
      Thing thing, List<ObjectNode> must, List<ObjectNode> filter, IndexField... objects) {
    Phrase phrase = thing.phrase();
    if (phrase != null) {
      must.add(words(IndexField.PHRASE.in(objects), phrase));
    }
    for (BoxCondition condition : thing.conditions()) {
      if (condition instanceof BoxCondition.OfSize ofSize) {
        Size size = ofSize.size();
        filter.add(range(Measure.AREA.field().in(objects), size.from(), size.to()));
      } else if (condition instanceof BoxCondition.InPlace place) {
        if (place.vertical() != null) {
          filter.add(third(Measure.Y.field().in(objects), place.vertical().third()));
        }
        if (place.horizontal() != null) {
          filter.add(third(Measure.X.field().in(objects), place.horizontal().third()));
        }
      } else if (condition instanceof BoxCondition.OfMeasure measure) {
        ObjectNode bound = JSON.objectNode();
        bound.set(name(measure.comparison()), number(measure.value()));
        filter.add(leaf("range", measure.measure().field().in(objects), bound));
      }
    }
  }

  private static ObjectNode words(String field, Phrase phrase) {
    return phrase.together()
        ? leaf("match_phrase", field, JSON.textNode(phrase.text()))
        : leaf(
            "match", field, JSON.objectNode().put("query", phrase.text()).put("operator", "and"));
  }

  private static ObjectNode term(String field, String value, boolean prefix) {
    return leaf(prefix ? "prefix" : "term", field, JSON.textNode(value));
  }

  private static ObjectNode third(String field, int third) {
    BigDecimal first = new BigDecimal(FIRST_THIRD);
    BigDecimal second = new BigDecimal(SECOND_THIRD);
    return switch (third) {
      case 0 -> range(field, null, first);
      case 1 -> range(field, first, second);
      case 2 -> range(field, second, null);
      default -> throw new IllegalArgumentException("third: " + third + " (expected: 0 to 2)");
    };
  }

  private static ObjectNode range(
      String field, @Nullable BigDecimal from, @Nullable BigDecimal to) {
    ObjectNode bounds = JSON.objectNode();
    if (from != null) {
      bounds.set("gte", number(from));
    }
    if (to != null) {
      bounds.set("lt", number(to));
    }
    return leaf("range", field, bounds);
  }

  private static ObjectNode bounds(Query.Time time) {
    ObjectNode bounds = JSON.objectNode();
    Moment moment = time.moment();
    if (moment instanceof Moment.Day day) {
      // A whole day: "after" it means after its end.
      String start = midnight(day.date());
      String end = midnight(day.date().plusDays(1));
      switch (time.comparison()) {
        case GREATER -> bounds.put("gte", end);
        case AT_LEAST -> bounds.put("gte", start);
        case LESS -> bounds.put("lt", start);
        case AT_MOST -> bounds.put("lt", end);
        case EQUAL -> bounds.put("gte", start).put("lt", end);
      }
    } else if (moment instanceof Moment.Exactly exactly) {
      bounds.put(name(time.comparison()), exactly.instant().toString());
    } else if (moment instanceof Moment.Ago ago) {
      bounds.put(
          name(time.comparison()), ago.amount() == 0 ? "now" : "now-" + ago.amount() + ago.unit());
    }
    return bounds;
  }

  private static String midnight(LocalDate day) {
    return day + "T00:00:00Z";
  }

  private static String name(Comparison comparison) {
    return switch (comparison) {
      case GREATER -> "gt";
      case AT_LEAST -> "gte";
      case LESS -> "lt";
      case AT_MOST -> "lte";
      case EQUAL -> throw new IllegalArgumentException("comparison: = (expected: an order)");
    };
  }

  private static JsonNode number(BigDecimal value) {
    return DecimalNode.valueOf(value);
  }

  private static ObjectNode bool(String occurrence, ObjectNode query) {
    return object("bool", object(occurrence, JSON.arrayNode().add(query)));
  }

  private static ObjectNode leaf(String kind, String field, JsonNode value) {
    return object(kind, object(field, value));
  }

  private static ObjectNode object(String name, JsonNode value) {
    ObjectNode object = JSON.objectNode();
    object.set(name, value);
    return object;
  }

  private static void setUnlessEmpty(ObjectNode object, String name, ArrayNode array) {
    if (!array.isEmpty()) {
      object.set(name, array);
    }
  }
}
