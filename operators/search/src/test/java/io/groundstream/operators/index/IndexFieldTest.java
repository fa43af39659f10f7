package io.groundstream.operators.index;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class IndexFieldTest {
  @Test
  void theMappingHasTheseFieldsWithTheseTypesAndNoOthers() throws Exception {
    JsonNode mapping =
        new ObjectMapper().readTree(IndexSetup.template()).at("/template/mappings/properties");
    Map<String, String> types = new TreeMap<>();
    collect(mapping, types);

    Map<String, String> expected =
        Arrays.stream(IndexField.values())
            .collect(Collectors.toMap(IndexField::fieldName, IndexField::type));
    assertThat(types).containsExactlyInAnyOrderEntriesOf(expected);
  }

  /** Collects the types of all fields by name; a name must have one type. */
  private static void collect(JsonNode properties, Map<String, String> types) {
    for (Map.Entry<String, JsonNode> field : properties.properties()) {
      String type = field.getValue().path("type").asText("object");
      String other = types.put(field.getKey(), type);
      assertThat(other).as("other type of " + field.getKey()).isIn(null, type);
      collect(field.getValue().path("properties"), types);
    }
  }

  @Test
  void aPathBeginsWithTheOutermostObject() {
    assertThat(IndexField.PHRASE.in(IndexField.PAIRS, IndexField.SUBJECT))
        .isEqualTo("pairs.subject.phrase");
    assertThat(IndexField.IMAGE_ID.in()).isEqualTo("image_id");
  }
}
