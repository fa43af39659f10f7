package io.groundstream.operators.search;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class QueryTranslatorTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void aRelationWithAllItsConditionsIsOneNestedQuery() throws Exception {
    assertBecomes(
        "\"large dog\" in top left left of fire confidence > 0.5",
        """
        {"nested": {"path": "pairs", "score_mode": "max",
          "query": {"bool": {
            "must": [
              {"match_phrase": {"pairs.subject.phrase": "large dog"}},
              {"match": {"pairs.object.phrase": {"query": "fire", "operator": "and"}}}],
            "filter": [
              {"term": {"pairs.relations": "left-of"}},
              {"range": {"pairs.subject.centre_y": {"lt": 0.3333333333333333}}},
              {"range": {"pairs.subject.centre_x": {"lt": 0.3333333333333333}}},
              {"range": {"pairs.object.confidence": {"gt": 0.5}}}]}},
          "inner_hits": {"name": "match-1", "size": 20}}}
        """);
  }

  @Test
  void whatIsDeniedTellsNoBoxesAndFieldsDoNotScore() throws Exception {
    assertBecomes(
        "anything and not cat and (attribute:a=b or time = 2026-02-28)",
        """
        {"bool": {
          "must": [
            {"nested": {"path": "entities", "score_mode": "max", "query": {"match_all": {}},
              "inner_hits": {"name": "match-1", "size": 20}}},
            {"bool": {
              "should": [
                {"bool": {"filter": [{"term": {"attributes.a": "b"}}]}},
                {"bool": {"filter": [{"range": {"event_time":
                  {"gte": "2026-02-28T00:00:00Z", "lt": "2026-03-01T00:00:00Z"}}}]}}],
              "minimum_should_match": 1}}],
          "must_not": [
            {"nested": {"path": "entities", "score_mode": "max",
              "query": {"match": {"entities.phrase": {"query": "cat", "operator": "and"}}}}}]}}
        """);
  }

  @Test
  void whatUsersWriteIsAValue() throws Exception {
    assertBecomes(
        "caption:\"\\\"}}, {\\\"match_all\\\": {}}\"",
        """
        {"nested": {"path": "requests", "score_mode": "max",
          "query": {"match_phrase": {"requests.caption": "\\"}}, {\\"match_all\\": {}}"}}}}
        """);
  }

  private static void assertBecomes(String query, String json) throws Exception {
    assertThat(JSON.readTree(ImageSearch.translate(query))).isEqualTo(JSON.readTree(json));
  }
}
