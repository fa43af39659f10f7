package io.groundstream.schemas;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Converts values of a writer's type to the contract's type, and states which of the writer's
 * fields this needs. Thread-safe.
 */
abstract class FieldMapping {
  /** The field that every contract has; it identifies records of another name. */
  private static final String IDENTIFYING = "event_id";

  private final String path;
  private final Schema projection;

  private FieldMapping(String path, Schema projection) {
    this.path = path;
    this.projection = projection;
  }

  /**
   * Returns the mapping of a whole record.
   *
   * @param anyName whether the record may have another name than the contract's
   * @throws FieldException if a field cannot be read; the message names the field
   */
  static FieldMapping of(Schema writer, Schema contract, boolean anyName) throws FieldException {
    if (writer.getType() != Schema.Type.RECORD) {
      throw new FieldException("record", writer.getType().getName(), "a record");
    }
    boolean named = writer.getName().equals(contract.getName());
    // A record of another contract in our own namespace must not be read as this one.
    boolean foreign = !contract.getNamespace().equals(writer.getNamespace());
    if (!named && !(anyName && foreign)) {
      throw new FieldException("record", writer.getFullName(), contract.getFullName());
    }
    if (!named && find(writer, contract.getField(IDENTIFYING)) == null) {
      throw new FieldException(
          "record",
          writer.getFullName() + ", without the field " + IDENTIFYING,
          "one with the fields of " + contract.getFullName());
    }
    return ofRecord("", writer, contract, anyName);
  }

  /** Returns the part of the writer's schema that is read. */
  final Schema projection() {
    return projection;
  }

  /** Converts a value that was read to the contract's type. */
  abstract @Nullable Object convert(@Nullable Object value) throws FieldException;

  private static FieldMapping ofAny(String path, Schema writer, Schema contract, boolean anyName)
      throws FieldException {
    if (writer.getType() == Schema.Type.UNION) {
      return ofUnion(path, writer, contract, anyName);
    }
    Schema wanted = withoutNull(contract);
    if (writer.getType() == Schema.Type.NULL) {
      return new Leaf(path, writer, writer, wanted);
    }
    switch (wanted.getType()) {
      case RECORD -> {
        check(writer.getType() == Schema.Type.RECORD, path, writer, wanted);
        return ofRecord(path, writer, wanted, anyName);
      }
      case ARRAY -> {
        check(writer.getType() == Schema.Type.ARRAY, path, writer, wanted);
        return new Items(
            path, ofAny(path + "[]", writer.getElementType(), wanted.getElementType(), anyName));
      }
      case MAP -> {
        check(writer.getType() == Schema.Type.MAP, path, writer, wanted);
        return new Entries(
            path, ofAny(path + "{}", writer.getValueType(), wanted.getValueType(), anyName));
      }
      case STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN -> {
        check(Leaf.canRead(writer, wanted), path, writer, wanted);
        return new Leaf(path, writer, writer, wanted);
      }
      case ENUM, FIXED, UNION, NULL ->
          throw new IllegalStateException("type not used by any contract: " + wanted.getType());
    }
    throw new IllegalStateException("unexpected type: " + wanted);
  }

  private static void check(boolean readable, String path, Schema writer, Schema wanted)
      throws FieldException {
    if (!readable) {
      throw new FieldException(path, name(writer), expected(wanted));
    }
  }

  /**
   * Returns the mapping of a union. A branch that cannot be read fails only for records that have a
   * value of it, unless no branch but null can be read.
   */
  private static FieldMapping ofUnion(String path, Schema writer, Schema contract, boolean anyName)
      throws FieldException {
    List<FieldMapping> branches = new ArrayList<>();
    List<Schema> projections = new ArrayList<>();
    FieldException first = null;
    boolean readable = false;
    for (Schema branch : writer.getTypes()) {
      FieldMapping mapping;
      try {
        mapping = ofAny(path, branch, contract, anyName);
        readable |= branch.getType() != Schema.Type.NULL;
      } catch (FieldException e) {
        mapping = new Unreadable(path, branch, withoutNull(contract));
        first = first == null ? e : first;
      }
      branches.add(mapping);
      projections.add(mapping.projection());
    }
    if (!readable && first != null) {
      throw first;
    }
    return new Branches(path, Schema.createUnion(projections), branches);
  }

  private static FieldMapping ofRecord(String path, Schema writer, Schema contract, boolean anyName)
      throws FieldException {
    if (!anyName && !writer.getName().equals(contract.getName())) {
      throw new FieldException(path, writer.getFullName(), contract.getFullName());
    }
    List<Schema.Field> read = new ArrayList<>();
    Map<Schema.Field, FieldMapping> mappings = new LinkedHashMap<>();
    for (Schema.Field field : contract.getFields()) {
      Schema.Field found = find(writer, field);
      if (found != null) {
        String fieldPath = path.isEmpty() ? field.name() : path + "." + field.name();
        FieldMapping mapping = ofAny(fieldPath, found.schema(), field.schema(), anyName);
        mappings.put(field, mapping);
        read.add(new Schema.Field(found.name(), mapping.projection(), null, null));
      }
    }
    Schema projection =
        Schema.createRecord(writer.getName(), null, writer.getNamespace(), writer.isError());
    projection.setFields(read);
    return new Fields(path, projection, contract, mappings);
  }

  /**
   * Finds the writer's field, ignoring case if need be: ksqlDB, for one, writes upper-case names.
   */
  private static Schema.@Nullable Field find(Schema writer, Schema.@Nullable Field wanted) {
    if (wanted == null) {
      return null;
    }
    Schema.Field found = writer.getField(wanted.name());
    if (found != null) {
      return found;
    }
    List<Schema.Field> alike =
        writer.getFields().stream()
            .filter(field -> field.name().equalsIgnoreCase(wanted.name()))
            .toList();
    return alike.size() == 1 ? alike.get(0) : null;
  }

  private static Schema withoutNull(Schema contract) {
    if (contract.getType() != Schema.Type.UNION) {
      return contract;
    }
    return contract.getTypes().stream()
        .filter(branch -> branch.getType() != Schema.Type.NULL)
        .findFirst()
        .orElseThrow();
  }

  private static boolean isInstant(Schema contract) {
    return contract.getLogicalType() instanceof LogicalTypes.TimestampMillis;
  }

  private static String name(Schema writer) {
    Object logical = writer.getObjectProp("logicalType");
    return writer.getType().getName() + (logical == null ? "" : " of " + logical);
  }

  private static String expected(Schema contract) {
    return isInstant(contract) ? InstantReader.EXPECTED : contract.getType().getName();
  }

  /** A value without parts. */
  private static final class Leaf extends FieldMapping {
    private final Schema writer;
    private final Schema wanted;

    Leaf(String path, Schema projection, Schema writer, Schema wanted) {
      super(path, projection);
      this.writer = writer;
      this.wanted = wanted;
    }

    static boolean canRead(Schema writer, Schema wanted) {
      Schema.Type from = writer.getType();
      if (isInstant(wanted)) {
        return InstantReader.canRead(writer);
      }
      return switch (wanted.getType()) {
        case STRING ->
            from == Schema.Type.STRING || from == Schema.Type.BYTES || from == Schema.Type.ENUM;
        case BYTES ->
            from == Schema.Type.BYTES || from == Schema.Type.STRING || from == Schema.Type.FIXED;
        case INT, LONG -> from == Schema.Type.INT || from == Schema.Type.LONG;
        case FLOAT, DOUBLE ->
            from == Schema.Type.INT
                || from == Schema.Type.LONG
                || from == Schema.Type.FLOAT
                || from == Schema.Type.DOUBLE;
        case BOOLEAN -> from == Schema.Type.BOOLEAN;
        case RECORD, ENUM, ARRAY, MAP, UNION, FIXED, NULL -> false;
      };
    }

    @Override
    @Nullable Object convert(@Nullable Object value) throws FieldException {
      if (value == null) {
        return null;
      }
      if (isInstant(wanted)) {
        return InstantReader.read(writer, value, path());
      }
      return switch (wanted.getType()) {
        case STRING -> value instanceof ByteBuffer bytes ? utf8(bytes) : value.toString();
        case BYTES -> bytes(value);
        case INT -> toInt((Number) value);
        case LONG -> ((Number) value).longValue();
        case FLOAT -> ((Number) value).floatValue();
        case DOUBLE -> ((Number) value).doubleValue();
        case BOOLEAN, RECORD, ENUM, ARRAY, MAP, UNION, FIXED, NULL -> value;
      };
    }

    private Integer toInt(Number number) throws FieldException {
      long value = number.longValue();
      if (value != (int) value) {
        throw new FieldException(path(), Long.toString(value), "a number of 32 bits");
      }
      return (int) value;
    }

    private String utf8(ByteBuffer bytes) throws FieldException {
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
      } catch (CharacterCodingException e) {
        throw new FieldException(path(), "bytes that are not UTF-8", "a text");
      }
    }

    private static ByteBuffer bytes(Object value) {
      if (value instanceof GenericFixed fixed) {
        return ByteBuffer.wrap(fixed.bytes());
      }
      return value instanceof ByteBuffer bytes
          ? bytes
          : ByteBuffer.wrap(value.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** A branch of a union whose values the contract cannot hold. */
  private static final class Unreadable extends FieldMapping {
    private final Schema wanted;

    Unreadable(String path, Schema writer, Schema wanted) {
      super(path, writer);
      this.wanted = wanted;
    }

    @Override
    Object convert(@Nullable Object value) throws FieldException {
      throw new FieldException(path(), name(projection()), expected(wanted));
    }
  }

  private static final class Branches extends FieldMapping {
    private final List<FieldMapping> branches;

    Branches(String path, Schema projection, List<FieldMapping> branches) {
      super(path, projection);
      this.branches = branches;
    }

    @Override
    @Nullable Object convert(@Nullable Object value) throws FieldException {
      return value == null
          ? null
          : branches.get(GenericData.get().resolveUnion(projection(), value)).convert(value);
    }
  }

  private static final class Items extends FieldMapping {
    private final FieldMapping item;

    Items(String path, FieldMapping item) {
      super(path, Schema.createArray(item.projection()));
      this.item = item;
    }

    @Override
    @Nullable Object convert(@Nullable Object value) throws FieldException {
      if (value == null) {
        return null;
      }
      List<Object> converted = new ArrayList<>();
      for (Object one : (Collection<?>) value) {
        Object result = item.convert(one);
        if (result == null) {
          throw new FieldException(item.path(), "null", "a value");
        }
        converted.add(result);
      }
      return converted;
    }
  }

  /**
   * The entries of a map. Those without a value are dropped: an absent attribute means the same.
   */
  private static final class Entries extends FieldMapping {
    private final FieldMapping entry;

    Entries(String path, FieldMapping entry) {
      super(path, Schema.createMap(entry.projection()));
      this.entry = entry;
    }

    @Override
    @Nullable Object convert(@Nullable Object value) throws FieldException {
      if (value == null) {
        return null;
      }
      Map<String, Object> converted = new HashMap<>();
      for (Map.Entry<?, ?> one : ((Map<?, ?>) value).entrySet()) {
        Object result = entry.convert(one.getValue());
        if (result != null) {
          converted.put(one.getKey().toString(), result);
        }
      }
      return converted;
    }
  }

  private static final class Fields extends FieldMapping {
    private final Schema contract;
    private final SpecificData data;
    private final Map<Schema.Field, FieldMapping> mappings;

    Fields(
        String path, Schema projection, Schema contract, Map<Schema.Field, FieldMapping> mappings) {
      super(path, projection);
      this.contract = contract;
      this.data = SpecificData.getForSchema(contract);
      this.mappings = mappings;
    }

    @Override
    @Nullable Object convert(@Nullable Object value) throws FieldException {
      if (value == null) {
        return null;
      }
      IndexedRecord written = (IndexedRecord) value;
      SpecificRecord record = (SpecificRecord) SpecificData.newInstance(type(), contract);
      int place = 0;
      for (Schema.Field field : contract.getFields()) {
        FieldMapping mapping = mappings.get(field);
        Object converted = mapping == null ? null : mapping.convert(written.get(place++));
        record.put(field.pos(), converted == null ? whenAbsent(field) : converted);
      }
      return record;
    }

    private Class<?> type() {
      return data.getClass(contract);
    }

    private @Nullable Object whenAbsent(Schema.Field field) throws FieldException {
      if (field.schema().getType() == Schema.Type.UNION) {
        return null;
      }
      if (!field.hasDefaultValue()) {
        throw new FieldException(
            path().isEmpty() ? field.name() : path() + "." + field.name(), "absent", "a value");
      }
      Object value = data.getDefaultValue(field);
      // A copy, because mutable defaults must not be shared among records.
      return data.deepCopy(field.schema(), value);
    }
  }

  final String path() {
    return path;
  }
}
