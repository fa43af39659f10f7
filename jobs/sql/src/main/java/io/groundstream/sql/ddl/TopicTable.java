package io.groundstream.sql.ddl;

import io.groundstream.schemas.TopicContract;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A topic as a table of Flink SQL: {@code CREATE TABLE} for Flink's connector for Kafka and its
 * format {@code avro-confluent}. Every name is quoted, so that none is taken for a word of SQL, and
 * every type is exactly that of the schema, since Flink reads records with the schema of the table.
 *
 * @param contract the contract of the topic
 * @param topic the name of the topic
 * @param bootstrapServers Kafka's brokers
 * @param registry the URL of the schema registry
 * @param properties settings of the Kafka client
 * @param registryUser the user and the password for the registry, with a colon between them; null
 *     for none
 */
public record TopicTable(
    TopicContract contract,
    String topic,
    String bootstrapServers,
    String registry,
    Map<String, String> properties,
    @Nullable String registryUser) {
  private static final String RECORD_TIME = "record_time";

  public TopicTable {
    properties = new LinkedHashMap<>(properties);
  }

  /** Returns the table's name: the contract's, with underscores. */
  public String name() {
    return contract.toString().replace('-', '_');
  }

  /** Returns the statement, without a semicolon. */
  public String ddl() {
    StringJoiner columns = new StringJoiner(",\n  ", "  ", "");
    for (Schema.Field field : contract.schema().getFields()) {
      columns.add(quoted(field.name()) + " " + type(field.schema()));
    }
    columns.add(quoted(RECORD_TIME) + " TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL");
    columns.add("WATERMARK FOR %1$s AS %1$s - INTERVAL '5' SECOND".formatted(quoted(RECORD_TIME)));
    StringJoiner options = new StringJoiner(",\n  ", "  ", "");
    options(options);
    return "CREATE TABLE %s (\n%s\n) WITH (\n%s\n)".formatted(quoted(name()), columns, options);
  }

  private void options(StringJoiner options) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("connector", "kafka");
    values.put("topic", topic);
    values.put("properties.bootstrap.servers", bootstrapServers);
    properties.forEach((key, value) -> values.put("properties." + key, value));
    values.put("scan.startup.mode", "earliest-offset");
    values.put("value.format", "avro-confluent");
    values.put("value.avro-confluent.url", registry);
    if (registryUser != null) {
      values.put("value.avro-confluent.basic-auth.credentials-source", "USER_INFO");
      values.put("value.avro-confluent.basic-auth.user-info", registryUser);
    }
    values.forEach((key, value) -> options.add(literal(key) + " = " + literal(value)));
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** Returns the type of a schema; NOT NULL unless it is a union with null. */
  private static String type(Schema schema) {
    if (schema.isUnion()) {
      return schema.getTypes().stream()
          .filter(branch -> branch.getType() != Schema.Type.NULL)
          .map(TopicTable::bare)
          .reduce(
              (one, other) -> {
                throw new IllegalArgumentException(
                    schema + " (expected: a union of null and one type)");
              })
          .orElseThrow();
    }
    return bare(schema) + " NOT NULL";
  }

  private static String bare(Schema schema) {
    LogicalType logical = schema.getLogicalType();
    if (logical instanceof LogicalTypes.TimestampMillis) {
      // In UTC: by default, Flink's format takes no other type for it.
      return "TIMESTAMP(3)";
    }
    return switch (schema.getType()) {
      case STRING, ENUM -> "STRING";
      case INT -> "INT";
      case LONG -> "BIGINT";
      case FLOAT -> "FLOAT";
      case DOUBLE -> "DOUBLE";
      case BOOLEAN -> "BOOLEAN";
      case BYTES -> "BYTES";
      case ARRAY -> "ARRAY<" + type(schema.getElementType()) + ">";
      case MAP -> "MAP<STRING NOT NULL, " + type(schema.getValueType()) + ">";
      case RECORD -> {
        StringJoiner fields = new StringJoiner(", ", "ROW<", ">");
        for (Schema.Field field : schema.getFields()) {
          fields.add(quoted(field.name()) + " " + type(field.schema()));
        }
        yield fields.toString();
      }
      case FIXED, NULL, UNION ->
          throw new IllegalArgumentException(schema + " (expected: a type of the topics)");
    };
  }
}
