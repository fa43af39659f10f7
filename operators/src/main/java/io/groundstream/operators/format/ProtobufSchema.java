package io.groundstream.operators.format;

import com.google.protobuf.AnyProto;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.WrappersProto;
import com.squareup.wire.schema.Field;
import com.squareup.wire.schema.Location;
import com.squareup.wire.schema.internal.parser.EnumConstantElement;
import com.squareup.wire.schema.internal.parser.EnumElement;
import com.squareup.wire.schema.internal.parser.FieldElement;
import com.squareup.wire.schema.internal.parser.GroupElement;
import com.squareup.wire.schema.internal.parser.MessageElement;
import com.squareup.wire.schema.internal.parser.OneOfElement;
import com.squareup.wire.schema.internal.parser.ProtoFileElement;
import com.squareup.wire.schema.internal.parser.ProtoParser;
import com.squareup.wire.schema.internal.parser.TypeElement;
import io.groundstream.schemas.SchemaText;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a schema of a registry, made of the text of a {@code .proto} file and of those
 * that it imports.
 *
 * <p>The descriptors serve to read bytes into names and values only. Rules that differ between
 * proto2, proto3 and editions (presence, defaults, packing) do not matter for that, and are left
 * out. Imports of Google's common types and of Confluent's are known. An import that is missing
 * does not matter unless one of its types is used.
 */
final class ProtobufSchema {
  /** Registries' schemas are small; more is not parsed. */
  private static final int MOST_CHARACTERS = 4 << 20;

  private static final int MOST_IMPORTS = 1000;

  private static final DescriptorProto DECIMAL =
      DescriptorProto.newBuilder()
          .setName("Decimal")
          .addField(scalar("value", 1, FieldDescriptorProto.Type.TYPE_BYTES))
          .addField(scalar("precision", 2, FieldDescriptorProto.Type.TYPE_UINT32))
          .addField(scalar("scale", 3, FieldDescriptorProto.Type.TYPE_INT32))
          .build();

  private static final Map<String, FileDescriptor> COMMON =
      Stream.of(
              AnyProto.getDescriptor(),
              DurationProto.getDescriptor(),
              EmptyProto.getDescriptor(),
              FieldMaskProto.getDescriptor(),
              StructProto.getDescriptor(),
              TimestampProto.getDescriptor(),
              WrappersProto.getDescriptor(),
              // Confluent's serialisers know these, and do not register them.
              confluent("confluent/meta.proto", "confluent"),
              confluent("confluent/type/decimal.proto", "confluent.type", DECIMAL))
          .collect(Collectors.toMap(FileDescriptor::getFullName, file -> file));

  /** The names of scalar types in the text, which are those of the constants. */
  private static final Set<String> SCALARS =
      Set.of(
          "double",
          "float",
          "int64",
          "uint64",
          "int32",
          "fixed64",
          "fixed32",
          "bool",
          "string",
          "bytes",
          "uint32",
          "sfixed32",
          "sfixed64",
          "sint32",
          "sint64");

  /** An edition comes first in a file, behind comments. */
  private static final Pattern EDITION =
      Pattern.compile("(?:\\s|//[^\n]*+(?:\n|$)|/\\*(?s:.*?)\\*/)*+edition\\s*=");

  private final FileDescriptor file;

  private ProtobufSchema(FileDescriptor file) {
    this.file = file;
  }

  /**
   * Returns the messages of a schema.
   *
   * @throws IllegalArgumentException if the text is not a {@code .proto} file
   */
  static ProtobufSchema parse(SchemaText schema) {
    try {
      return new ProtobufSchema(
          new Files(schema.references()).descriptor(rootName(schema), schema.text()));
    } catch (DescriptorValidationException | RuntimeException | StackOverflowError e) {
      // The parser throws all kinds of exceptions at bad text.
      throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
    }
  }

  private static FileDescriptor confluent(
      String name, String packageName, DescriptorProto... messages) {
    try {
      return FileDescriptor.buildFrom(
          FileDescriptorProto.newBuilder()
              .setName(name)
              .setPackage(packageName)
              .setSyntax("proto3")
              .addAllMessageType(List.of(messages))
              .build(),
          new FileDescriptor[0]);
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException("a file of this class is valid", e);
    }
  }

  private static FieldDescriptorProto scalar(
      String name, int number, FieldDescriptorProto.Type type) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setLabel(Label.LABEL_OPTIONAL)
        .setType(type)
        .build();
  }

  /** Returns a name for the schema itself, which a registry does not name, unlike its imports. */
  private static String rootName(SchemaText schema) {
    String name = "schema.proto";
    while (schema.references().containsKey(name)) {
      name = "_" + name;
    }
    return name;
  }

  /** Returns the message at a path of indexes; null if there is none. */
  @Nullable Descriptor message(List<Integer> path) {
    List<Descriptor> messages = file.getMessageTypes();
    Descriptor found = null;
    for (int index : path) {
      if (index >= messages.size()) {
        return null;
      }
      found = messages.get(index);
      messages = found.getNestedTypes();
    }
    return found;
  }

  /** The files of one schema. */
  private static final class Files {
    private final Map<String, String> texts;
    private final Map<String, FileDescriptor> made = new HashMap<>(COMMON);
    private final Set<String> open = new HashSet<>();

    Files(Map<String, String> texts) {
      if (texts.size() > MOST_IMPORTS) {
        throw new IllegalArgumentException(
            "imports: " + texts.size() + " (expected: at most " + MOST_IMPORTS + ")");
      }
      this.texts = texts;
    }

    FileDescriptor descriptor(String name, String text) throws DescriptorValidationException {
      if (text.length() > MOST_CHARACTERS) {
        throw new IllegalArgumentException(
            "characters of "
                + name
                + ": "
                + text.length()
                + " (expected: "
                + MOST_CHARACTERS
                + ")");
      }
      if (!open.add(name)) {
        throw new IllegalArgumentException(name + " imports itself");
      }
      FileDescriptorProto serialized = serialized(text);
      boolean edition =
          serialized == null
              ? EDITION.matcher(text).lookingAt()
              : serialized.getSyntax().equals("editions");
      if (edition) {
        throw new IllegalArgumentException(
            name + ": an edition of Protobuf (expected: syntax \"proto3\" or \"proto2\")");
      }
      FileDescriptor descriptor =
          serialized == null
              ? ofText(ProtoParser.Companion.parse(Location.get(name), text), name)
              : ofSerialized(serialized, name);
      open.remove(name);
      made.put(name, descriptor);
      return descriptor;
    }

    private FileDescriptor ofSerialized(FileDescriptorProto file, String name)
        throws DescriptorValidationException {
      FileDescriptorProto.Builder proto =
          file.toBuilder().setName(name).clearDependency().clearPublicDependency();
      proto.clearWeakDependency().clearOptions();
      // Custom options, which say nothing about values and need an import that may be missing.
      proto.clearExtension();
      proto.getMessageTypeBuilderList().forEach(Files::clearExtensions);
      Imports imports = new Imports(proto);
      for (String imported : file.getDependencyList()) {
        boolean unused = imports.add(imported);
      }
      return imports.build();
    }

    private static void clearExtensions(DescriptorProto.Builder message) {
      message.clearExtension();
      message.getNestedTypeBuilderList().forEach(Files::clearExtensions);
    }

    private FileDescriptor ofText(ProtoFileElement element, String name)
        throws DescriptorValidationException {
      FileDescriptorProto.Builder proto = FileDescriptorProto.newBuilder().setName(name);
      if (element.getPackageName() != null) {
        proto.setPackage(element.getPackageName());
      }
      Imports imports = new Imports(proto);
      for (String imported : element.getImports()) {
        boolean unused = imports.add(imported);
      }
      for (String imported : element.getPublicImports()) {
        if (imports.add(imported)) {
          proto.addPublicDependency(proto.getDependencyCount() - 1);
        }
      }
      for (TypeElement type : element.getTypes()) {
        if (type instanceof MessageElement message) {
          proto.addMessageType(message(message));
        } else if (type instanceof EnumElement values) {
          proto.addEnumType(enumeration(values));
        }
      }
      return imports.build();
    }

    /** The imports of one file. */
    private final class Imports {
      private final FileDescriptorProto.Builder proto;
      private final List<FileDescriptor> found = new ArrayList<>();
      private final List<String> missing = new ArrayList<>();

      Imports(FileDescriptorProto.Builder proto) {
        this.proto = proto;
      }

      /** Adds an import, and returns whether its text is known. */
      boolean add(String imported) throws DescriptorValidationException {
        FileDescriptor file = made.get(imported);
        String text = texts.get(imported);
        if (file == null && text != null) {
          file = descriptor(imported, text);
        }
        if (file == null) {
          missing.add(imported);
          return false;
        }
        proto.addDependency(imported);
        found.add(file);
        return true;
      }

      FileDescriptor build() throws DescriptorValidationException {
        try {
          return FileDescriptor.buildFrom(proto.build(), found.toArray(FileDescriptor[]::new));
        } catch (DescriptorValidationException e) {
          if (missing.isEmpty()) {
            throw e;
          }
          throw new IllegalArgumentException(
              "import of "
                  + String.join(", ", missing)
                  + ", which is not among the schema's references: "
                  + e.getMessage(),
              e);
        }
      }
    }
  }

  /**
   * Returns the descriptor in base64 that some serialisers register in place of the text, such as
   * those for JavaScript and Python; null if the text is none.
   */
  private static @Nullable FileDescriptorProto serialized(String text) {
    String plain = text.strip();
    if (plain.isEmpty() || !plain.matches("[A-Za-z0-9+/]++={0,2}")) {
      return null;
    }
    try {
      return FileDescriptorProto.parseFrom(Base64.getDecoder().decode(plain));
    } catch (IllegalArgumentException | InvalidProtocolBufferException e) {
      return null;
    }
  }

  private static DescriptorProto message(MessageElement element) {
    DescriptorProto.Builder message = DescriptorProto.newBuilder().setName(element.getName());
    for (TypeElement type : element.getNestedTypes()) {
      if (type instanceof MessageElement nested) {
        message.addNestedType(message(nested));
      } else if (type instanceof EnumElement values) {
        message.addEnumType(enumeration(values));
      }
    }
    // Synthetic messages come last: the indexes of records do not count them.
    element.getFields().forEach(field -> field(message, field, -1));
    for (OneOfElement choice : element.getOneOfs()) {
      message.addOneofDecl(OneofDescriptorProto.newBuilder().setName(choice.getName()));
      int index = message.getOneofDeclCount() - 1;
      choice.getFields().forEach(field -> field(message, field, index));
    }
    element.getGroups().forEach(group -> group(message, group));
    return message.build();
  }

  private static void field(DescriptorProto.Builder message, FieldElement element, int choice) {
    FieldDescriptorProto.Builder field =
        FieldDescriptorProto.newBuilder()
            .setName(element.getName())
            .setNumber(element.getTag())
            .setLabel(
                element.getLabel() == Field.Label.REPEATED
                    ? Label.LABEL_REPEATED
                    : Label.LABEL_OPTIONAL);
    String type = element.getType();
    if (type.startsWith("map<")) {
      String[] types = type.substring("map<".length(), type.length() - 1).split(",", 2);
      String entry = camelCase(element.getName()) + "Entry";
      message.addNestedType(
          DescriptorProto.newBuilder()
              .setName(entry)
              .setOptions(MessageOptions.newBuilder().setMapEntry(true))
              .addField(typed("key", 1, types[0].strip()))
              .addField(typed("value", 2, types[1].strip())));
      field
          .setLabel(Label.LABEL_REPEATED)
          .setTypeName(entry)
          .setType(FieldDescriptorProto.Type.TYPE_MESSAGE);
    } else {
      setType(field, type);
    }
    if (choice >= 0) {
      field.setOneofIndex(choice);
    }
    message.addField(field);
  }

  private static FieldDescriptorProto typed(String name, int number, String type) {
    FieldDescriptorProto.Builder field =
        FieldDescriptorProto.newBuilder()
            .setName(name)
            .setNumber(number)
            .setLabel(Label.LABEL_OPTIONAL);
    setType(field, type);
    return field.build();
  }

  private static void setType(FieldDescriptorProto.Builder field, String type) {
    if (SCALARS.contains(type)) {
      field.setType(FieldDescriptorProto.Type.valueOf("TYPE_" + type.toUpperCase(Locale.ROOT)));
    } else {
      // Whether it is a message or an enumeration is found when the name is resolved.
      field.setTypeName(type);
    }
  }

  private static void group(DescriptorProto.Builder message, GroupElement element) {
    DescriptorProto.Builder nested = DescriptorProto.newBuilder().setName(element.getName());
    element.getFields().forEach(field -> field(nested, field, -1));
    message.addNestedType(nested);
    message.addField(
        FieldDescriptorProto.newBuilder()
            .setName(element.getName().toLowerCase(Locale.ROOT))
            .setNumber(element.getTag())
            .setType(FieldDescriptorProto.Type.TYPE_GROUP)
            .setTypeName(element.getName())
            .setLabel(
                element.getLabel() == Field.Label.REPEATED
                    ? Label.LABEL_REPEATED
                    : Label.LABEL_OPTIONAL));
  }

  private static EnumDescriptorProto enumeration(EnumElement element) {
    EnumDescriptorProto.Builder values =
        EnumDescriptorProto.newBuilder().setName(element.getName());
    // Several names may share a number; the first one counts.
    Map<Integer, String> names = new LinkedHashMap<>();
    for (EnumConstantElement constant : element.getConstants()) {
      names.putIfAbsent(constant.getTag(), constant.getName());
    }
    names.forEach((number, name) -> values.addValueBuilder().setName(name).setNumber(number));
    return values.build();
  }

  private static String camelCase(String name) {
    StringBuilder camel = new StringBuilder();
    boolean upper = true;
    for (int index = 0; index < name.length(); index++) {
      char unit = name.charAt(index);
      if (unit == '_') {
        upper = true;
      } else {
        camel.append(upper ? Character.toUpperCase(unit) : unit);
        upper = false;
      }
    }
    return camel.toString();
  }
}
