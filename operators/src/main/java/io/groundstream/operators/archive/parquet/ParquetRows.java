package io.groundstream.operators.archive.parquet;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a Parquet file, row group by row group; of each, the columns that repeat nothing.
 * Holds the compressed bytes of one row group. For one thread.
 */
public final class ParquetRows implements Closeable {
  /** The file is damaged, or is not what this can read. */
  public static final class ParquetDamageException extends Exception {
    private static final long serialVersionUID = 1L;

    ParquetDamageException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  private final ParquetInput input;
  private final ParquetFileReader reader;
  private final long length;
  private final long maxGroupBytes;
  private final List<ColumnReader> columns = new ArrayList<>();
  private final List<Integer> mostDefined = new ArrayList<>();
  private List<ColumnDescriptor> wanted = List.of();
  private long rowsLeft;

  private ParquetRows(
      ParquetInput input, ParquetFileReader reader, long length, long maxGroupBytes) {
    this.input = input;
    this.reader = reader;
    this.length = length;
    this.maxGroupBytes = maxGroupBytes;
  }

  /**
   * Opens a file.
   *
   * @param maxGroupBytes the most bytes that the columns of a row group may have, compressed; and
   *     each of their pages, decompressed
   * @throws ParquetDamageException if it is no Parquet file
   */
  public static ParquetRows open(FSDataInputStream in, Path path, long length, long maxGroupBytes)
      throws IOException, ParquetDamageException {
    ParquetInput input = new ParquetInput(in, path.toString(), length);
    ParquetReadOptions options = PlainReadOptions.of(new PageDecompressors(maxGroupBytes));
    try {
      ParquetFileReader reader = ParquetFileReader.open(input, options);
      try {
        checkFooter(reader.getRowGroups(), length);
        return new ParquetRows(input, reader, length, maxGroupBytes);
      } catch (IOException | RuntimeException e) {
        reader.close();
        throw e;
      }
    } catch (IOException | RuntimeException | StackOverflowError e) {
      input.throwIfFailed();
      throw new ParquetDamageException(
          reason(e) + " (expected: a Parquet file, whole and not encrypted)", e);
    }
  }

  /** What parts of a file and positions are made of has to be sound. */
  private static void checkFooter(List<BlockMetaData> groups, long length) throws IOException {
    long rows = 0;
    for (BlockMetaData group : groups) {
      long offset = group.getStartingPos();
      if (offset < 0 || offset >= length || group.getRowCount() < 0) {
        throw new IOException(
            "a row group at offset " + offset + " with " + group.getRowCount() + " rows");
      }
      rows += group.getRowCount();
      if (rows < 0) {
        throw new IOException("more rows than can be counted");
      }
    }
  }

  /** Returns the columns that repeat nothing, in their order. */
  public List<ColumnDescriptor> flatColumns() {
    return schema().getColumns().stream()
        .filter(column -> column.getMaxRepetitionLevel() == 0)
        .toList();
  }

  /** Returns what the file says its columns are. */
  public MessageType schema() {
    return reader.getFileMetaData().getSchema();
  }

  /** Returns how many row groups there are. */
  public int groups() {
    return reader.getRowGroups().size();
  }

  /** Returns how many rows a row group has. */
  public long rowsIn(int group) {
    return reader.getRowGroups().get(group).getRowCount();
  }

  /** Returns the offset of a row group's first byte. */
  public long offsetOf(int group) {
    return reader.getRowGroups().get(group).getStartingPos();
  }

  /** Reads the beginning of a row group, of which only some columns are wanted. */
  public void startGroup(int group, List<ColumnDescriptor> wantedColumns)
      throws IOException, ParquetDamageException {
    columns.clear();
    mostDefined.clear();
    wanted = List.copyOf(wantedColumns);
    rowsLeft = 0;
    try {
      checkSize(reader.getRowGroups().get(group));
      reader.setRequestedSchema(wanted);
      PageReadStore pages = reader.readRowGroup(group);
      MessageType schema = schema();
      ColumnReadStoreImpl store =
          new ColumnReadStoreImpl(
              pages, new NoConverter(schema), schema, reader.getFileMetaData().getCreatedBy());
      for (ColumnDescriptor column : wanted) {
        long values = pages.getPageReader(column).getTotalValueCount();
        if (values != pages.getRowCount()) {
          throw new IOException(
              "column "
                  + String.join(".", column.getPath())
                  + ": "
                  + values
                  + " values (expected: one for each of "
                  + pages.getRowCount()
                  + " rows)");
        }
        columns.add(store.getColumnReader(column));
        mostDefined.add(column.getMaxDefinitionLevel());
      }
      rowsLeft = pages.getRowCount();
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw damage(e);
    }
  }

  private void checkSize(BlockMetaData group) throws IOException {
    long bytes = 0;
    for (ColumnChunkMetaData chunk : group.getColumns()) {
      if (wanted.stream().anyMatch(column -> matches(column, chunk))) {
        if (chunk.getTotalSize() < 0 || chunk.getTotalSize() > length) {
          throw new IOException(
              "column "
                  + chunk.getPath().toDotString()
                  + ": "
                  + chunk.getTotalSize()
                  + " bytes (expected: at most the file's "
                  + length
                  + ")");
        }
        bytes += chunk.getTotalSize();
      }
    }
    if (bytes > maxGroupBytes) {
      throw new IOException(
          "its columns have "
              + bytes
              + " bytes (expected: at most "
              + maxGroupBytes
              + ", archive.max-row-group-bytes; write smaller row groups, or choose fewer columns"
              + " with archive.attributes)");
    }
  }

  private static boolean matches(ColumnDescriptor column, ColumnChunkMetaData chunk) {
    return String.join(".", column.getPath()).equals(chunk.getPath().toDotString());
  }

  /**
   * Reads a row.
   *
   * @param values takes the values of the wanted columns: a byte array for bytes that are no text,
   *     else text; null where there is none
   * @return whether there was one
   */
  public boolean next(@Nullable Object[] values) throws IOException, ParquetDamageException {
    if (rowsLeft == 0) {
      return false;
    }
    try {
      for (int i = 0; i < columns.size(); i++) {
        ColumnReader column = columns.get(i);
        if (column.getCurrentDefinitionLevel() < mostDefined.get(i)) {
          values[i] = null;
        } else {
          values[i] = value(column);
        }
        column.consume();
      }
    } catch (RuntimeException | StackOverflowError e) {
      rowsLeft = 0;
      throw damage(e);
    }
    rowsLeft--;
    return true;
  }

  private static Object value(ColumnReader column) {
    PrimitiveType type = column.getDescriptor().getPrimitiveType();
    return switch (type.getPrimitiveTypeName()) {
      case INT32 -> type.stringifier().stringify(column.getInteger());
      case INT64 -> type.stringifier().stringify(column.getLong());
      case BOOLEAN -> String.valueOf(column.getBoolean());
      case FLOAT -> String.valueOf(column.getFloat());
      case DOUBLE -> String.valueOf(column.getDouble());
      case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> {
        Binary bytes = column.getBinary();
        yield type.getLogicalTypeAnnotation() == null
            ? bytes.getBytes()
            : type.stringifier().stringify(bytes);
      }
    };
  }

  private ParquetDamageException damage(Throwable e) throws IOException {
    input.throwIfFailed();
    return new ParquetDamageException(reason(e), e);
  }

  private static String reason(Throwable e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
