package io.groundstream.operators.archive.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.operators.archive.columns.NumberText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * Converts list and group columns to JSON. Lists may have the three levels of Parquet's
 * specification or the two of older writers; a repeated field that is not marked as a list counts
 * as one. Null fields are left out of a group; null elements stay null in a list. For one thread.
 */
final class NestedColumns extends RecordMaterializer<ObjectNode> {
  /** The maximum number of values in a row; a list of requests is far shorter. */
  private static final int MOST_VALUES = 100_000;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final GroupMaker root;
  private ObjectNode row = JSON.objectNode();
  private int values;

  NestedColumns(MessageType schema) {
    this.root = new GroupMaker(schema, node -> row = (ObjectNode) node);
  }

  @Override
  public ObjectNode getCurrentRecord() {
    return row;
  }

  @Override
  public GroupConverter getRootConverter() {
    return root;
  }

  private boolean isFull() {
    values++;
    return values > MOST_VALUES;
  }

  private Converter converter(Type type, Consumer<JsonNode> target) {
    if (type.isPrimitive()) {
      return new ValueMaker(type.asPrimitiveType(), target);
    }
    GroupType group = type.asGroupType();
    return isList(group) ? new ListMaker(group, target) : new GroupMaker(group, target);
  }

  private static boolean isList(GroupType group) {
    return group.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation
        && group.getFieldCount() == 1
        && group.getType(0).isRepetition(Type.Repetition.REPEATED);
  }

  /**
   * Returns whether the repeated field of a list is its element, not a group around each element.
   */
  private static boolean isElement(GroupType list) {
    Type repeated = list.getType(0);
    return repeated.isPrimitive()
        || repeated.asGroupType().getFieldCount() != 1
        || repeated.getName().equals("array")
        || repeated.getName().equals(list.getName() + "_tuple");
  }

  /** Converts a group or a row. */
  private final class GroupMaker extends GroupConverter {
    private final Consumer<JsonNode> target;
    private final List<Converter> fields = new ArrayList<>();
    private ObjectNode group = JSON.objectNode();

    GroupMaker(GroupType type, Consumer<JsonNode> target) {
      this.target = target;
      for (Type field : type.getFields()) {
        String name = field.getName();
        fields.add(
            converter(
                field,
                field.isRepetition(Type.Repetition.REPEATED)
                    ? value -> group.withArray("/" + pointer(name)).add(value)
                    : value -> group.set(name, value)));
      }
    }

    private static String pointer(String name) {
      return name.replace("~", "~0").replace("/", "~1");
    }

    @Override
    public Converter getConverter(int field) {
      return fields.get(field);
    }

    @Override
    public void start() {
      group = JSON.objectNode();
      if (this == root) {
        values = 0;
      }
    }

    @Override
    public void end() {
      if (this == root || !isFull()) {
        target.accept(group);
      }
    }
  }

  /** Converts a list. */
  private final class ListMaker extends GroupConverter {
    private final Consumer<JsonNode> target;
    private final Converter repeated;
    private ArrayNode list = JSON.arrayNode();

    ListMaker(GroupType type, Consumer<JsonNode> target) {
      this.target = target;
      this.repeated =
          isElement(type)
              ? converter(type.getType(0), value -> list.add(value))
              : new ElementMaker(type.getType(0).asGroupType(), value -> list.add(value));
    }

    @Override
    public Converter getConverter(int field) {
      return repeated;
    }

    @Override
    public void start() {
      list = JSON.arrayNode();
    }

    @Override
    public void end() {
      target.accept(list);
    }
  }

  /** Converts the group around an element of a list. */
  private final class ElementMaker extends GroupConverter {
    private final Consumer<JsonNode> target;
    private final Converter element;
    private JsonNode value = JSON.nullNode();

    ElementMaker(GroupType type, Consumer<JsonNode> target) {
      this.target = target;
      this.element = converter(type.getType(0), found -> value = found);
    }

    @Override
    public Converter getConverter(int field) {
      return element;
    }

    @Override
    public void start() {
      value = JSON.nullNode();
    }

    @Override
    public void end() {
      if (!isFull()) {
        target.accept(value);
      }
    }
  }

  /** Converts a value. */
  private final class ValueMaker extends PrimitiveConverter {
    private final PrimitiveType type;
    private final Consumer<JsonNode> target;
    private final boolean isNumber;

    ValueMaker(PrimitiveType type, Consumer<JsonNode> target) {
      this.type = type;
      this.target = target;
      this.isNumber = type.getLogicalTypeAnnotation() == null;
    }

    private void add(JsonNode value) {
      if (!isFull()) {
        target.accept(value);
      }
    }

    @Override
    public void addBinary(Binary value) {
      add(
          JSON.textNode(
              type.getLogicalTypeAnnotation() == null
                  ? type.getPrimitiveTypeName() == PrimitiveTypeName.INT96
                      ? ParquetValues.timestamp(value)
                      : value.toStringUsingUTF8()
                  : ParquetValues.text(type, value)));
    }

    @Override
    public void addBoolean(boolean value) {
      add(JSON.booleanNode(value));
    }

    @Override
    public void addDouble(double value) {
      add(JSON.numberNode(value));
    }

    @Override
    public void addFloat(float value) {
      add(JSON.numberNode(Double.parseDouble(NumberText.of(value))));
    }

    @Override
    public void addInt(int value) {
      add(isNumber ? JSON.numberNode(value) : JSON.textNode(type.stringifier().stringify(value)));
    }

    @Override
    public void addLong(long value) {
      add(isNumber ? JSON.numberNode(value) : JSON.textNode(type.stringifier().stringify(value)));
    }
  }
}
