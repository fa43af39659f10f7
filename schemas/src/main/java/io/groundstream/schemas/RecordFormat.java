package io.groundstream.schemas;

import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** The formats in which the contracts' records are written to topics. */
public enum RecordFormat {
  /** Avro in Confluent's wire format. */
  AVRO("avro", SchemaType.AVRO, "avsc", "application/avro"),
  /** A JSON document alone, without a registry. */
  JSON("json", null, "schema.json", "application/json"),
  /**
   * The same JSON document in Confluent's wire format. Its media type is not JSON's: parsers of
   * JSON would stop at the five bytes in front of the document.
   */
  JSON_SCHEMA("json-schema", SchemaType.JSON, "schema.json", "application/octet-stream"),
  /** Protobuf in Confluent's wire format. */
  PROTOBUF("protobuf", SchemaType.PROTOBUF, "proto", "application/protobuf");

  private final String id;
  private final @Nullable SchemaType type;
  private final String suffix;
  private final String mediaType;

  RecordFormat(String id, @Nullable SchemaType type, String suffix, String mediaType) {
    this.id = id;
    this.type = type;
    this.suffix = suffix;
    this.mediaType = mediaType;
  }

  /** Returns the type of the registry's schemas, or null if records name no schema. */
  public @Nullable SchemaType type() {
    return type;
  }

  /** Returns the end of the names of schema files, without a dot in front. */
  public String suffix() {
    return suffix;
  }

  /** Returns the media type of values. */
  public String mediaType() {
    return mediaType;
  }

  /**
   * Returns the text of a contract's schema: indented, with documentation, ending in one newline.
   */
  String text(Schema contract) {
    return switch (this) {
      case AVRO -> AvroTexts.pretty(contract);
      case JSON, JSON_SCHEMA -> JsonSchemaText.of(contract);
      case PROTOBUF -> ProtobufContract.of(contract).text();
    };
  }

  /** Returns a contract's schema as it is registered, or null if records name no schema. */
  @Nullable SchemaText registered(Schema contract) {
    if (type == null) {
      return null;
    }
    // Registries keep the text of Avro as it is; earlier versions registered it in one line.
    return new SchemaText(type, this == AVRO ? contract.toString() : text(contract));
  }

  /** Returns the format of a name, or null if there is none. */
  public static @Nullable RecordFormat find(String name) {
    for (RecordFormat format : values()) {
      if (format.id.equals(name)) {
        return format;
      }
    }
    return null;
  }

  /** Returns the name that commands and configurations use. */
  @Override
  public String toString() {
    return id;
  }
}
