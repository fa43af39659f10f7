package io.groundstream.schemas;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Verifies that registered schemas are found, whatever tool formatted their texts. */
class SchemaLookUpTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SUBJECT = "grounded-images-value";
  private static final Schema OURS = TopicContract.IMAGES.schema();

  private StrictRegistry server;
  private SchemaRegistry registry;

  @BeforeEach
  void start() throws IOException {
    server = new StrictRegistry();
    registry = SchemaRegistry.connect(List.of(server.url()), Map.of());
  }

  @AfterEach
  void stop() {
    registry.close();
    server.close();
  }

  private int open() throws Exception {
    return AvroWireEncoder.open(registry, SUBJECT, GroundedImage.class, /* register= */ false)
        .schemaId();
  }

  /** Changes that tools make to a schema's text without changing its meaning. */
  private enum Text {
    AS_PRINTED,
    COMPACT,
    WITHOUT_DOCUMENTATION,
    WITHOUT_DEFAULTS,
    OTHER_ORDER_OF_PROPERTIES,
    WITH_JAVA_STRINGS;

    String of(TopicContract contract) throws IOException {
      return switch (this) {
        case AS_PRINTED -> contract.text();
        case COMPACT -> contract.schema().toString();
        case WITHOUT_DOCUMENTATION -> without(contract, "doc");
        case WITHOUT_DEFAULTS -> without(contract, "default");
        case OTHER_ORDER_OF_PROPERTIES -> {
          JsonNode tree = JSON.readTree(contract.text());
          yield JSON.writerWithDefaultPrettyPrinter().writeValueAsString(reversed(tree));
        }
        case WITH_JAVA_STRINGS -> GroundedImage.getClassSchema().toString();
      };
    }

    private static String without(TopicContract contract, String property) throws IOException {
      JsonNode tree = JSON.readTree(contract.text());
      tree.findParents(property)
          .forEach(
              parent -> {
                JsonNode unused = ((ObjectNode) parent).remove(property);
              });
      return tree.toString();
    }

    private static JsonNode reversed(JsonNode node) {
      if (node instanceof ObjectNode object) {
        ObjectNode copy = JSON.createObjectNode();
        List<Map.Entry<String, JsonNode>> entries = new ArrayList<>(object.properties());
        Collections.reverse(entries);
        entries.forEach(entry -> copy.set(entry.getKey(), reversed(entry.getValue())));
        return copy;
      }
      if (node instanceof ArrayNode array) {
        ArrayNode copy = JSON.createArrayNode();
        array.forEach(element -> copy.add(reversed(element)));
        return copy;
      }
      return node;
    }
  }

  @ParameterizedTest
  @EnumSource
  void findsTheSchemaHoweverItsTextIsFormatted(Text text) throws Exception {
    server.put("other-value", "\"string\"");
    int id = server.put(SUBJECT, text.of(TopicContract.IMAGES));

    assertThat(open()).isEqualTo(id);
    assertThat(registry.inspect(SUBJECT, OURS).state()).isEqualTo(SubjectReport.State.REGISTERED);
    assertThat(server.versions(SUBJECT)).isEqualTo(1);
  }

  @Test
  void takesTheNewestVersionThatEqualsTheSchema() throws Exception {
    server.put(SUBJECT, Text.COMPACT.of(TopicContract.IMAGES).replace("GroundedImage", "Other"));
    server.put(SUBJECT, Text.WITHOUT_DOCUMENTATION.of(TopicContract.IMAGES));
    int newest = server.put(SUBJECT, TopicContract.IMAGES.text());

    assertThat(open()).isEqualTo(newest);
    assertThat(registry.inspect(SUBJECT, OURS).version()).isEqualTo(3);
  }

  @Test
  void aVersionWithoutAFieldIsAnotherSchema() throws Exception {
    JsonNode tree = JSON.readTree(TopicContract.IMAGES.text());
    ArrayNode fields = (ArrayNode) tree.path("fields");
    String dropped = fields.remove(fields.size() - 1).path("name").asText();
    server.put(SUBJECT, tree.toString());

    assertThatExceptionOfType(SchemaRegistrationException.class)
        .isThrownBy(this::open)
        .withMessageContaining("schemas register")
        .withMessageContaining("lacks GroundedImage." + dropped);
    SubjectReport report = registry.inspect(SUBJECT, OURS);
    assertThat(report.state()).isEqualTo(SubjectReport.State.COMPATIBLE);
    report.throwIfDifferent();
  }

  @Test
  void anotherLogicalTypeIsAnotherSchema() throws Exception {
    server.put(
        SUBJECT, TopicContract.IMAGES.text().replace("timestamp-millis", "timestamp-micros"));

    assertThatExceptionOfType(SchemaRegistrationException.class).isThrownBy(this::open);
  }

  /** The registry is not asked to compare them, which some cannot. */
  @ParameterizedTest
  @EnumSource(names = {"JSON_SCHEMA", "PROTOBUF"})
  void aSubjectOfAnotherTypeDiffers(RecordFormat format) throws Exception {
    server.put(SUBJECT, TopicContract.IMAGES.text());

    SubjectReport report =
        registry.inspect(SUBJECT, requireNonNull(TopicContract.IMAGES.registered(format)));
    assertThat(report.state()).isEqualTo(SubjectReport.State.DIFFERS);
    assertThat(report.detail()).isEqualTo("its newest version, 1, is not " + format.type());
  }

  @Test
  void reportsWhatASubjectHolds() throws Exception {
    assertThat(registry.inspect(SUBJECT, OURS).state()).isEqualTo(SubjectReport.State.MISSING);
    server.put(SUBJECT, TopicContract.PHRASES.text());

    SubjectReport report = registry.inspect(SUBJECT, OURS);
    assertThat(report.state()).isEqualTo(SubjectReport.State.DIFFERS);
    assertThat(report.detail()).startsWith("version 1: this version cannot read it: name mismatch");
    assertThatExceptionOfType(SchemaRegistrationException.class)
        .isThrownBy(report::throwIfDifferent)
        .withMessageContaining("choose another topic");
  }

  @Test
  void aSchemaThatIsNotAvroDiffers() throws Exception {
    server.put(SUBJECT, "syntax = \"proto3\";");

    assertThat(registry.inspect(SUBJECT, OURS).detail())
        .isEqualTo("version 1: is not Avro or cannot be parsed");
  }

  @Test
  void registeringAgainChangesNothing() throws Exception {
    int id = registry.register(SUBJECT, OURS);

    assertThat(registry.register(SUBJECT, GroundedImage.getClassSchema())).isEqualTo(id);
    assertThat(registry.inspect(SUBJECT, OURS).isProtected()).isTrue();
    assertThat(server.versions(SUBJECT)).isEqualTo(1);
  }

  /** Other languages load one document that defines every type before it refers to it. */
  @ParameterizedTest
  @EnumSource
  void aPrintedSchemaIsComplete(TopicContract contract) {
    Schema read = new Schema.Parser().parse(contract.text());

    assertThat(read).isEqualTo(contract.schema());
    assertThat(contract.text()).doesNotContain("avro.java").contains("\"doc\"", "\"default\"");
  }

  @Test
  void schemasOfDifferentTopicsAreNotTheSame() {
    assertThat(SchemaMeaning.isSame(OURS, GroundedPhrase.getClassSchema())).isFalse();
    assertThat(SchemaMeaning.isSame(OURS, GroundedImage.getClassSchema())).isTrue();
  }
}
