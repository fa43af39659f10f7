package io.groundstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The shipped JSON Schemas and {@code .proto} files are those that the Avro contracts make. {@code
 * -Dgroundstream.write-pages=true} writes them.
 */
final class ContractFilesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  static List<Arguments> files() {
    List<Arguments> all = new ArrayList<>();
    for (TopicContract contract : TopicContract.values()) {
      all.add(Arguments.of(contract, RecordFormat.JSON_SCHEMA, "json"));
      all.add(Arguments.of(contract, RecordFormat.PROTOBUF, "protobuf"));
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("files")
  void shippedFilesMatchTheContracts(TopicContract contract, RecordFormat format, String folder)
      throws IOException {
    Path file = Path.of("src/main", folder, contract.schema().getName() + "." + format.suffix());
    String text = contract.text(format);
    if (Boolean.getBoolean("groundstream.write-pages")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    }
    assertThat(file)
        .withFailMessage(
            "%s is out of date; run: mvn -pl schemas/registry-client,schemas test"
                + " -Dtest=ContractFilesTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dgroundstream.write-pages=true",
            file)
        .hasContent(text);
  }

  /** A number of a field never changes its meaning, from the first release on. */
  @Test
  void protobufFieldsOfReleasesKeepTheirNumbersAndTypes() throws IOException {
    int compared = 0;
    for (EvolutionTest.Released released : EvolutionTest.released()) {
      Descriptor then = ProtobufContract.of(released.schema()).descriptor();
      Descriptor now = ProtobufContract.of(today(released.name())).descriptor();
      List<Descriptor> messages = new ArrayList<>(then.getNestedTypes());
      messages.add(then);
      for (Descriptor message : messages) {
        Descriptor same = message == then ? now : now.findNestedTypeByName(message.getName());
        assertThat(same).as("%s %s", released, message.getName()).isNotNull();
        for (FieldDescriptor field : message.getFields()) {
          assertThat(shape(same.findFieldByNumber(field.getNumber())))
              .as("%s %s", released, field.getFullName())
              .isEqualTo(shape(field));
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThan(100);
  }

  private static List<Object> shape(FieldDescriptor field) {
    return List.of(
        field.getName(),
        field.getType(),
        field.isRepeated(),
        field.hasPresence(),
        field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
            ? field.getMessageType().getFullName()
            : "");
  }

  /** Records of later versions are valid by earlier schemas, and the other way round. */
  @Test
  void jsonPropertiesOfReleasesKeepTheirTypes() throws IOException {
    int compared = 0;
    for (EvolutionTest.Released released : EvolutionTest.released()) {
      JsonNode then = JSON.readTree(JsonSchemaText.of(released.schema()));
      JsonNode now = JSON.readTree(JsonSchemaText.of(today(released.name())));
      for (Iterator<Map.Entry<String, JsonNode>> all = properties(then); all.hasNext(); ) {
        Map.Entry<String, JsonNode> property = all.next();
        assertThat(withoutDescription(now.at(property.getKey())))
            .as("%s %s", released, property.getKey())
            .isEqualTo(withoutDescription(property.getValue()));
        compared++;
      }
      assertThat(now.findValues("required")).isEmpty();
    }
    assertThat(compared).isGreaterThan(100);
  }

  private static Iterator<Map.Entry<String, JsonNode>> properties(JsonNode schema) {
    List<Map.Entry<String, JsonNode>> all = new ArrayList<>();
    schema
        .path("properties")
        .properties()
        .forEach(one -> all.add(Map.entry("/properties/" + one.getKey(), one.getValue())));
    for (Map.Entry<String, JsonNode> inner : schema.path("definitions").properties()) {
      String path = "/definitions/" + inner.getKey() + "/properties/";
      inner
          .getValue()
          .path("properties")
          .properties()
          .forEach(one -> all.add(Map.entry(path + one.getKey(), one.getValue())));
    }
    return all.iterator();
  }

  private static JsonNode withoutDescription(JsonNode property) {
    JsonNode copy = property.deepCopy();
    if (copy instanceof com.fasterxml.jackson.databind.node.ObjectNode object) {
      object.remove("description");
    }
    return copy;
  }

  private static Schema today(String name) {
    for (TopicContract contract : TopicContract.values()) {
      if (contract.schema().getName().equals(name)) {
        return contract.schema();
      }
    }
    throw new IllegalArgumentException("contract: " + name);
  }
}
