package io.groundstream.operators.archive.parquet;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import org.apache.parquet.crypto.ParquetCryptoRuntimeException;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of a Parquet file, row group by row group: flat columns as text or bytes, repeated
 * and nested ones as JSON. Holds the compressed bytes of one row group. For one thread.
 */
public final class ParquetRows implements Closeable {
  /** Reports that the file is damaged or written in a way that is not supported. */
  public static final class ParquetDamageException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean unsupported;

    ParquetDamageException(String message, Throwable cause) {
      super(message, cause);
      this.unsupported = isUnsupported(cause);
    }

    /** Returns whether the file is sound but written in a way that is not supported. */
    public boolean isUnsupported() {
      return unsupported;
    }

    private static boolean isUnsupported(Throwable cause) {
      for (Throwable e = cause; e != null; e = e.getCause()) {
        if (e instanceof UnsupportedParquetException
            || e instanceof ParquetCryptoRuntimeException) {
          return true;
        }
      }
      return false;
    }
  }

  private static final int MOST_CAUSES = 5;

  private static final String ENCRYPTED =
      "it is encrypted (expected: a file that can be read without keys; rewrite it without"
          + " encryption)";

  private final ParquetInput input;
  private final ParquetFileReader reader;
  private final long length;
  private final long maxGroupBytes;
  private final List<ColumnReader> columns = new ArrayList<>();
  private final List<Integer> mostDefined = new ArrayList<>();
  private List<ColumnDescriptor> wanted = List.of();
  private List<Type> wantedNested = List.of();
  private @Nullable RecordReader<ObjectNode> nested;
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
   * @param maxGroupBytes the maximum compressed size of the columns of a row group, and the maximum
   *     decompressed size of a page, in bytes
   * @throws ParquetDamageException if it is not a sound Parquet file
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
      throw isEncrypted(e)
          ? new ParquetDamageException(ENCRYPTED, e)
          : new ParquetDamageException(reason(e) + " (expected: a Parquet file, and whole)", e);
    }
  }

  /** Checks the values from which parts of a file and positions are computed. */
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

  /** Returns the schema stated in the file. */
  public MessageType schema() {
    return reader.getFileMetaData().getSchema();
  }

  /** Returns the number of row groups. */
  public int groups() {
    return reader.getRowGroups().size();
  }

  /** Returns the number of rows in a row group. */
  public long rowsIn(int group) {
    return reader.getRowGroups().get(group).getRowCount();
  }

  /** Returns the size of a row group in the file, in bytes. */
  public long bytesOf(int group) {
    return reader.getRowGroups().get(group).getCompressedSize();
  }

  /** Returns the offset of a row group's first byte. */
  public long offsetOf(int group) {
    return reader.getRowGroups().get(group).getStartingPos();
  }

  /**
   * Starts to read a row group.
   *
   * @param flatColumns the flat columns to read
   * @param nestedColumns the fields of rows to read as JSON
   */
  public void startGroup(int group, List<ColumnDescriptor> flatColumns, List<Type> nestedColumns)
      throws IOException, ParquetDamageException {
    columns.clear();
    mostDefined.clear();
    wanted = List.copyOf(flatColumns);
    wantedNested = List.copyOf(nestedColumns);
    nested = null;
    rowsLeft = 0;
    try {
      MessageType asked = new MessageType(schema().getName(), wantedNested);
      List<ColumnDescriptor> all = new ArrayList<>(wanted);
      all.addAll(asked.getColumns());
      checkSize(reader.getRowGroups().get(group), all);
      reader.setRequestedSchema(all);
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
      if (!wantedNested.isEmpty()) {
        nested =
            new ColumnIOFactory(reader.getFileMetaData().getCreatedBy())
                .getColumnIO(asked, asked)
                .getRecordReader(pages, new NestedColumns(asked));
      }
      rowsLeft = pages.getRowCount();
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw damage(e);
    }
  }

  private void checkSize(BlockMetaData group, List<ColumnDescriptor> asked) throws IOException {
    long bytes = 0;
    for (ColumnChunkMetaData chunk : group.getColumns()) {
      if (asked.stream().anyMatch(column -> matches(column, chunk))) {
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
   * @param values filled with the values of the flat columns (a byte array for bytes that are not
   *     text, else text), then those of the nested columns as JSON; null for absent values
   * @return false after the last row of the row group
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
          values[i] = ParquetValues.of(column);
        }
        column.consume();
      }
      if (nested != null) {
        ObjectNode row = nested.read();
        for (int i = 0; i < wantedNested.size(); i++) {
          values[columns.size() + i] = row.get(wantedNested.get(i).getName());
        }
      }
    } catch (RuntimeException | StackOverflowError e) {
      rowsLeft = 0;
      throw damage(e);
    }
    rowsLeft--;
    return true;
  }

  private ParquetDamageException damage(Throwable e) throws IOException {
    input.throwIfFailed();
    return new ParquetDamageException(isEncrypted(e) ? ENCRYPTED : reason(e), e);
  }

  private static boolean isEncrypted(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof ParquetCryptoRuntimeException) {
        return true;
      }
    }
    return false;
  }

  /** Returns the messages of a failure and its causes. */
  private static String reason(Throwable failure) {
    StringBuilder reason = new StringBuilder();
    Throwable e = failure;
    for (int depth = 0; e != null && depth < MOST_CAUSES; depth++) {
      String message = e.getMessage() == null ? e.toString() : e.getMessage();
      if (reason.indexOf(message) < 0) {
        reason.append(reason.isEmpty() ? "" : ": ").append(message);
      }
      e = e.getCause();
    }
    return reason.toString();
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
