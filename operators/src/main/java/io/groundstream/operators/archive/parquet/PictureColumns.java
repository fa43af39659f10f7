package io.groundstream.operators.archive.parquet;

import io.groundstream.operators.config.ArchiveSettings;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of a Parquet file hold what.
 *
 * @param image the index of the column with pictures; -1 if there is none
 * @param wanted all columns to be read
 * @param names their names, with dots
 */
public record PictureColumns(int image, List<ColumnDescriptor> wanted, List<String> names) {
  private static final List<String> USUAL = List.of("image", "image.bytes");

  /** The file has not the columns that it should have. */
  public static final class ColumnException extends Exception {
    private static final long serialVersionUID = 1L;

    ColumnException(String message) {
      super(message);
    }
  }

  /** Finds the columns of a file. */
  public static PictureColumns find(List<ColumnDescriptor> columns, ArchiveSettings settings)
      throws ColumnException {
    String configured = settings.imageColumn();
    ColumnDescriptor image = configured == null ? usual(columns) : named(columns, configured);
    ColumnDescriptor uri = named(columns, settings.uriColumn());
    if (configured != null && image == null) {
      throw new ColumnException(
          "columns: "
              + names(columns)
              + " (expected: also "
              + configured
              + ", archive.image-column)");
    }
    if (image == null && uri == null) {
      throw new ColumnException(
          "columns: "
              + names(columns)
              + " (expected: also one of image, image.bytes or "
              + settings.uriColumn()
              + "; see archive.image-column and archive.uri-column)");
    }
    if (image != null && !isBytes(image)) {
      throw new ColumnException(
          name(image) + ": " + image.getPrimitiveType() + " (expected: binary, a picture's bytes)");
    }
    if (image == null && uri != null && !isText(uri)) {
      throw new ColumnException(
          name(uri) + ": " + uri.getPrimitiveType() + " (expected: a string, a picture's URI)");
    }
    for (String text : List.of(settings.idColumn(), settings.requestsColumn())) {
      ColumnDescriptor column = named(columns, text);
      if (column != null && isBare(column)) {
        throw new ColumnException(
            text + ": " + column.getPrimitiveType() + " (expected: a string or a number)");
      }
    }
    List<ColumnDescriptor> wanted = new ArrayList<>();
    for (ColumnDescriptor column : columns) {
      if (column.equals(image) || column.equals(uri) || isWanted(column, settings)) {
        wanted.add(column);
      }
    }
    return new PictureColumns(
        image == null ? -1 : wanted.indexOf(image),
        List.copyOf(wanted),
        wanted.stream().map(PictureColumns::name).toList());
  }

  /** Whether a column that holds no picture is read: for an identifier, requests, attributes. */
  private static boolean isWanted(ColumnDescriptor column, ArchiveSettings settings) {
    String name = name(column);
    if (isBare(column)) {
      return false;
    }
    return name.equals(settings.idColumn())
        || name.equals(settings.requestsColumn())
        || settings.attributes().contains(ArchiveSettings.ALL)
        || settings.attributes().contains(name);
  }

  /** Whether a column has bytes of which nothing says that they are text, or what else. */
  private static boolean isBare(ColumnDescriptor column) {
    PrimitiveTypeName type = column.getPrimitiveType().getPrimitiveTypeName();
    boolean bytes =
        type == PrimitiveTypeName.BINARY
            || type == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY
            || type == PrimitiveTypeName.INT96;
    return bytes && column.getPrimitiveType().getLogicalTypeAnnotation() == null;
  }

  private static @Nullable ColumnDescriptor usual(List<ColumnDescriptor> columns) {
    for (String name : USUAL) {
      ColumnDescriptor column = named(columns, name);
      if (column != null) {
        return column;
      }
    }
    return null;
  }

  private static @Nullable ColumnDescriptor named(List<ColumnDescriptor> columns, String name) {
    return columns.stream().filter(column -> name(column).equals(name)).findFirst().orElse(null);
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

  private static List<String> names(List<ColumnDescriptor> columns) {
    return columns.stream().map(PictureColumns::name).toList();
  }
}
