package io.groundstream.schemas;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;

/** Writes the {@code .proto} file of a contract, with the documentation of its Avro schema. */
final class ProtobufText {
  private static final int WIDTH = 100;

  private final StringBuilder text = new StringBuilder();

  private ProtobufText() {}

  static String of(ProtobufContract contract) {
    ProtobufText file = new ProtobufText();
    file.file(contract);
    return file.text.toString();
  }

  private void file(ProtobufContract contract) {
    FileDescriptor file = contract.descriptor().getFile();
    line(0, "syntax = \"proto3\";");
    text.append('\n');
    line(0, "package " + file.getPackage() + ";");
    text.append('\n');
    file.getDependencies()
        .forEach(dependency -> line(0, "import \"" + dependency.getName() + "\";"));
    text.append('\n');
    line(0, "option java_multiple_files = " + file.getOptions().getJavaMultipleFiles() + ";");
    line(0, "option java_package = \"" + file.getOptions().getJavaPackage() + "\";");
    text.append('\n');
    Map<String, Schema> inner = ContractTypes.inner(contract.schema());
    open(contract.schema(), contract.descriptor(), 0);
    for (Descriptor nested : contract.descriptor().getNestedTypes()) {
      if (!nested.getOptions().getMapEntry()) {
        text.append('\n');
        open(Objects.requireNonNull(inner.get(nested.getName())), nested, 1);
        line(1, "}");
      }
    }
    line(0, "}");
  }

  /** Writes the message up to its last field. */
  private void open(Schema record, Descriptor message, int depth) {
    comment(depth, record.getDoc());
    line(depth, "message " + message.getName() + " {");
    for (Schema.Field field : record.getFields()) {
      comment(depth + 1, field.doc() + remark(field));
      FieldDescriptor made = message.findFieldByNumber(field.pos() + 1);
      line(depth + 1, type(made) + " " + made.getName() + " = " + made.getNumber() + ";");
    }
  }

  private static String remark(Schema.Field field) {
    return ProtobufContract.needsPresence(field) && !ContractTypes.isOptional(field.schema())
        ? " Absent stands for " + field.defaultVal() + "."
        : "";
  }

  private static String type(FieldDescriptor field) {
    if (field.isMapField()) {
      Descriptor entry = field.getMessageType();
      return "map<"
          + bare(entry.findFieldByNumber(1))
          + ", "
          + bare(entry.findFieldByNumber(2))
          + ">";
    }
    if (field.isRepeated()) {
      return "repeated " + bare(field);
    }
    return (field.toProto().getProto3Optional() ? "optional " : "") + bare(field);
  }

  private static String bare(FieldDescriptor field) {
    if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
      return field.getType().name().toLowerCase(Locale.ROOT);
    }
    Descriptor type = field.getMessageType();
    return type.getFile() == field.getFile() ? type.getName() : type.getFullName();
  }

  private void comment(int depth, String documentation) {
    StringBuilder line = new StringBuilder();
    int width = WIDTH - 2 * depth - 3;
    for (String word : documentation.split(" ", -1)) {
      if (line.length() + 1 + word.length() > width && line.length() > 0) {
        line(depth, "//" + line);
        line.setLength(0);
      }
      line.append(' ').append(word);
    }
    line(depth, "//" + line);
  }

  private void line(int depth, String line) {
    text.append("  ".repeat(depth)).append(line).append('\n');
  }
}
