package io.groundstream.schemas;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.TimestampProto;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/**
 * A contract as a Protobuf message, made of its Avro schema.
 *
 * <p>The message has the record's name. A field's number is its place in the Avro schema, counted
 * from 1, so new fields of contracts come last. The records within it are messages nested in it, so
 * that the files of several contracts can be compiled together. A field is {@code optional} if it
 * may have no value, or if its default is not that of Protobuf: an absent one has the contract's
 * default. Times are {@code google.protobuf.Timestamp}.
 *
 * @param descriptor the message's type
 */
record ProtobufContract(Schema schema, Descriptor descriptor) {
  static final String PACKAGE = "io.groundstream";
  private static final String JAVA_PACKAGE = "io.groundstream.protobuf";
  private static final String TIMESTAMP = ".google.protobuf.Timestamp";

  private static final Map<Schema, ProtobufContract> MADE = new ConcurrentHashMap<>();

  /** Returns the message of a contract. */
  static ProtobufContract of(Schema contract) {
    return MADE.computeIfAbsent(contract, ProtobufContract::make);
  }

  /** Returns the text of its file: with documentation, ending in one newline. */
  String text() {
    return ProtobufText.of(this);
  }

  private static ProtobufContract make(Schema contract) {
    DescriptorProto.Builder message = message(contract, contract);
    ContractTypes.inner(contract)
        .values()
        .forEach(inner -> message.addNestedType(message(inner, contract)));
    FileDescriptorProto.Builder file =
        FileDescriptorProto.newBuilder()
            .setName(contract.getName() + ".proto")
            .setPackage(PACKAGE)
            .setSyntax("proto3")
            .addDependency(TimestampProto.getDescriptor().getName())
            .addMessageType(message);
    file.getOptionsBuilder().setJavaPackage(JAVA_PACKAGE).setJavaMultipleFiles(true);
    try {
      FileDescriptor descriptor =
          FileDescriptor.buildFrom(
              file.build(), new FileDescriptor[] {TimestampProto.getDescriptor()});
      return new ProtobufContract(contract, descriptor.getMessageTypes().get(0));
    } catch (DescriptorValidationException e) {
      throw new IllegalArgumentException("contract: " + contract.getName(), e);
    }
  }

  private static DescriptorProto.Builder message(Schema record, Schema contract) {
    DescriptorProto.Builder message = DescriptorProto.newBuilder().setName(record.getName());
    for (Schema.Field field : record.getFields()) {
      FieldDescriptorProto.Builder made =
          FieldDescriptorProto.newBuilder()
              .setName(field.name())
              .setNumber(field.pos() + 1)
              .setLabel(Label.LABEL_OPTIONAL);
      Schema type = ContractTypes.present(field.schema());
      switch (type.getType()) {
        case ARRAY -> {
          made.setLabel(Label.LABEL_REPEATED);
          type(made, type.getElementType(), contract);
        }
        case MAP -> {
          DescriptorProto entry = entry(field.name(), type, contract);
          message.addNestedType(entry);
          made.setLabel(Label.LABEL_REPEATED)
              .setType(FieldDescriptorProto.Type.TYPE_MESSAGE)
              .setTypeName(name(contract) + suffix(record, contract) + "." + entry.getName());
        }
        case RECORD, STRING, BYTES, INT, LONG, DOUBLE, BOOLEAN, FLOAT, ENUM, FIXED, UNION, NULL ->
            type(made, type, contract);
      }
      if (needsPresence(field) && made.getType() != FieldDescriptorProto.Type.TYPE_MESSAGE) {
        made.setProto3Optional(true).setOneofIndex(message.getOneofDeclCount());
        message.addOneofDeclBuilder().setName("_" + field.name());
      }
      message.addField(made);
    }
    return message;
  }

  /** Returns whether an absent field differs from one with Protobuf's default. */
  static boolean needsPresence(Schema.Field field) {
    if (ContractTypes.isOptional(field.schema())) {
      return true;
    }
    return switch (field.schema().getType()) {
      case STRING -> !field.defaultVal().equals("");
      case INT, LONG, DOUBLE -> ((Number) field.defaultVal()).doubleValue() != 0;
      case BOOLEAN -> field.defaultVal().equals(true);
      case ARRAY, MAP, RECORD, BYTES, FLOAT, ENUM, FIXED, UNION, NULL -> false;
    };
  }

  private static DescriptorProto entry(String field, Schema map, Schema contract) {
    StringBuilder name = new StringBuilder();
    for (String part : field.split("_", -1)) {
      name.append(Character.toUpperCase(part.charAt(0))).append(part.substring(1));
    }
    FieldDescriptorProto.Builder value =
        FieldDescriptorProto.newBuilder()
            .setName("value")
            .setNumber(2)
            .setLabel(Label.LABEL_OPTIONAL);
    type(value, map.getValueType(), contract);
    return DescriptorProto.newBuilder()
        .setName(name + "Entry")
        .setOptions(MessageOptions.newBuilder().setMapEntry(true))
        .addField(
            FieldDescriptorProto.newBuilder()
                .setName("key")
                .setNumber(1)
                .setLabel(Label.LABEL_OPTIONAL)
                .setType(FieldDescriptorProto.Type.TYPE_STRING))
        .addField(value)
        .build();
  }

  private static void type(FieldDescriptorProto.Builder field, Schema type, Schema contract) {
    if (ContractTypes.isTime(type)) {
      field.setType(FieldDescriptorProto.Type.TYPE_MESSAGE).setTypeName(TIMESTAMP);
      return;
    }
    switch (type.getType()) {
      case RECORD ->
          field
              .setType(FieldDescriptorProto.Type.TYPE_MESSAGE)
              .setTypeName(name(contract) + suffix(type, contract));
      case STRING -> field.setType(FieldDescriptorProto.Type.TYPE_STRING);
      case BYTES -> field.setType(FieldDescriptorProto.Type.TYPE_BYTES);
      case INT -> field.setType(FieldDescriptorProto.Type.TYPE_INT32);
      case LONG -> field.setType(FieldDescriptorProto.Type.TYPE_INT64);
      case DOUBLE -> field.setType(FieldDescriptorProto.Type.TYPE_DOUBLE);
      case BOOLEAN -> field.setType(FieldDescriptorProto.Type.TYPE_BOOL);
      case ARRAY, MAP, FLOAT, ENUM, FIXED, UNION, NULL -> throw ContractTypes.unknown(type);
    }
  }

  private static String name(Schema contract) {
    return "." + PACKAGE + "." + contract.getName();
  }

  private static String suffix(Schema record, Schema contract) {
    return record.equals(contract) ? "" : "." + record.getName();
  }
}
