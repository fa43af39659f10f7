package io.groundstream.operators.archive.parquet;

import io.groundstream.operators.archive.columns.ColumnException;
import io.groundstream.operators.archive.columns.ImageNames;
import io.groundstream.operators.archive.settings.ArchiveSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * The roles of a Parquet file's columns.
 *
 * @param image the index of the column that holds images; -1 if there is none
 * @param path the name of the column, in the same group, that refers to an image whose bytes are
 *     null; null if there is none
 * @param reference the name of the column that refers to images; null if there is none
 * @param flat the flat columns to read
 * @param nested the fields of a row to read as JSON
 * @param names the names of all of them, with dots
 */
public record ImageColumns(
    int image,
    @Nullable String path,
    @Nullable String reference,
    List<ColumnDescriptor> flat,
    List<Type> nested,
    List<String> names) {
  private static final String BYTES = ".bytes";
  private static final List<String> REFERENCES = List.of(".path", ".url", ".uri");

  /**
   * Finds the columns of a file.
   *
   * @param fileName the file's name in the archive
   */
  public static ImageColumns find(MessageType schema, ArchiveSettings settings, String fileName)
      throws ColumnException {
    return new Finder(schema, settings, ImageNames.of(settings, fileName)).find();
  }

  /** Finds the columns in one schema. */
  private static final class Finder {
    private final MessageType schema;
    private final ArchiveSettings settings;
    private final ImageNames imageNames;

    /** The flat columns, by their names with dots. */
    private final Map<String, ColumnDescriptor> flat = new LinkedHashMap<>();

    Finder(MessageType schema, ArchiveSettings settings, ImageNames imageNames) {
      this.schema = schema;
      this.settings = settings;
      this.imageNames = imageNames;
      for (ColumnDescriptor column : schema.getColumns()) {
        if (column.getMaxRepetitionLevel() == 0) {
          flat.putIfAbsent(name(column), column);
        }
      }
    }

    ImageColumns find() throws ColumnException {
      ColumnDescriptor image = image();
      String path = image == null ? null : pathBeside(name(image));
      String reference = reference();
      if (image == null && reference == null) {
        throw missing();
      }
      List<Type> nested = nested();
      List<ColumnDescriptor> wanted = new ArrayList<>();
      for (Map.Entry<String, ColumnDescriptor> column : flat.entrySet()) {
        String name = column.getKey();
        if (column.getValue().equals(image)
            || name.equals(path)
            || name.equals(reference)
            || isWanted(name, column.getValue())) {
          wanted.add(column.getValue());
        }
      }
      List<String> names = new ArrayList<>(wanted.stream().map(Finder::name).toList());
      nested.forEach(field -> names.add(field.getName()));
      return new ImageColumns(
          image == null ? -1 : wanted.indexOf(image),
          path,
          reference,
          List.copyOf(wanted),
          List.copyOf(nested),
          List.copyOf(names));
    }

    private @Nullable ColumnDescriptor image() throws ColumnException {
      Map<String, ColumnDescriptor> holders = new LinkedHashMap<>();
      flat.forEach(
          (name, column) -> {
            if (isBytes(column)) {
              holders.put(name, column);
              if (name.endsWith(BYTES)) {
                holders.putIfAbsent(name.substring(0, name.length() - BYTES.length()), column);
              }
            }
          });
      String configured = settings.imageColumn();
      if (configured != null && !holders.containsKey(configured)) {
        ColumnDescriptor other = flat.get(configured);
        throw new ColumnException(
            other == null
                ? "columns: "
                    + ImageNames.shown(flat.keySet())
                    + " (expected: also "
                    + configured
                    + ", archive.image-column)"
                : configured
                    + ": "
                    + other.getPrimitiveType()
                    + " (expected: binary, an image's bytes)");
      }
      String found = imageNames.bytes(holders.keySet());
      return found == null ? null : holders.get(found);
    }

    private @Nullable String pathBeside(String image) {
      String path = image.endsWith(BYTES) ? image.replaceFirst("bytes$", "path") : null;
      ColumnDescriptor column = path == null ? null : flat.get(path);
      return column != null && isText(column) ? path : null;
    }

    private @Nullable String reference() throws ColumnException {
      Map<String, String> holders = new LinkedHashMap<>();
      flat.forEach(
          (name, column) -> {
            if (isText(column)) {
              holders.put(name, name);
            }
          });
      flat.forEach(
          (name, column) -> {
            int dot = name.lastIndexOf('.');
            if (dot > 0 && isText(column) && REFERENCES.contains(name.substring(dot))) {
              holders.putIfAbsent(name.substring(0, dot), name);
            }
          });
      String configured = settings.uriColumn();
      ColumnDescriptor other = configured == null ? null : flat.get(configured);
      if (other != null && !holders.containsKey(String.valueOf(configured))) {
        throw new ColumnException(
            configured + ": " + other.getPrimitiveType() + " (expected: a string, an image's URI)");
      }
      String found = imageNames.reference(holders.keySet());
      return found == null ? null : holders.get(found);
    }

    /** Returns the exception for missing columns, or for a list of images, which is not read. */
    private ColumnException missing() throws ColumnException {
      List<String> lists =
          schema.getFields().stream().filter(field -> repeats(field)).map(Type::getName).toList();
      String list = imageNames.bytes(lists);
      if (list == null) {
        list = imageNames.reference(lists);
      }
      String other = list == null ? imageNames.bytes(flat.keySet()) : null;
      ColumnDescriptor column = other == null ? null : flat.get(other);
      if (column != null) {
        return new ColumnException(
            other
                + ": "
                + column.getPrimitiveType()
                + " (expected: binary, an image's bytes, or a string, its URI)");
      }
      return list == null
          ? imageNames.missing(flat.keySet())
          : new ColumnException(
              list
                  + ": a list of images in each row (expected: one image in a row; give each its"
                  + " row, as explode does in pandas and Spark and unnest in DuckDB)");
    }

    private List<Type> nested() throws ColumnException {
      for (String text : List.of(settings.idColumn(), settings.requestsColumn())) {
        ColumnDescriptor column = flat.get(text);
        if (column != null && isBare(column)) {
          throw new ColumnException(
              text + ": " + column.getPrimitiveType() + " (expected: a string or a number)");
        }
      }
      List<Type> nested = new ArrayList<>();
      for (Type field : schema.getFields()) {
        boolean requests = field.getName().equals(settings.requestsColumn());
        if ((requests && !flat.containsKey(field.getName()))
            || (repeats(field) && settings.attributes().contains(field.getName()))) {
          nested.add(field);
        }
      }
      return nested;
    }

    private static boolean repeats(Type field) {
      if (field.isRepetition(Type.Repetition.REPEATED)) {
        return true;
      }
      if (field.isPrimitive()) {
        return false;
      }
      GroupType group = field.asGroupType();
      return group.getFields().stream().anyMatch(Finder::repeats);
    }

    /**
     * Returns whether a column without images is read: for an identifier, requests or attributes.
     */
    private boolean isWanted(String name, ColumnDescriptor column) {
      if (isBare(column) || name.startsWith(settings.requestsColumn() + ".")) {
        return false;
      }
      return name.equals(settings.idColumn())
          || name.equals(settings.requestsColumn())
          || settings.attributes().contains(ArchiveSettings.ALL)
          || settings.attributes().contains(name);
    }

    /** Returns whether a column holds bytes without a logical type. */
    private static boolean isBare(ColumnDescriptor column) {
      PrimitiveTypeName type = column.getPrimitiveType().getPrimitiveTypeName();
      boolean bytes =
          type == PrimitiveTypeName.BINARY || type == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
      return bytes && column.getPrimitiveType().getLogicalTypeAnnotation() == null;
    }

    private static boolean isBytes(ColumnDescriptor column) {
      return column.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY
          && column.getPrimitiveType().getLogicalTypeAnnotation() == null;
    }

    private static boolean isText(ColumnDescriptor column) {
      return LogicalTypeAnnotation.stringType()
          .equals(column.getPrimitiveType().getLogicalTypeAnnotation());
    }

    private static String name(ColumnDescriptor column) {
      return String.join(".", column.getPath());
    }
  }
}
