package io.groundstream.operators.output;

import io.groundstream.operators.output.OutputOptions.Compression;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.avro.AvroWriteSupport;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.jspecify.annotations.Nullable;

/** Writes records into a Parquet file. Needs no Hadoop at run time. */
final class ParquetFileWriter implements BulkWriter<OutputRecord> {
  /**
   * The size of a row group, which is held in memory; each subtask writes up to three files at
   * once.
   */
  private static final long ROW_GROUP_BYTES = 32L * 1024 * 1024;

  private final OutputStream out;
  private final CompressionCodecName codec;
  private @Nullable Open open;

  private record Open(
      ParquetWriter<GenericRecord> writer, GenericDatumReader<GenericRecord> reader) {}

  ParquetFileWriter(OutputStream out, Compression compression) {
    this.out = out;
    this.codec =
        switch (compression) {
          case NULL -> CompressionCodecName.UNCOMPRESSED;
          case DEFLATE -> CompressionCodecName.GZIP;
          case SNAPPY -> CompressionCodecName.SNAPPY;
          case ZSTANDARD -> CompressionCodecName.ZSTD;
        };
  }

  @Override
  public void addElement(OutputRecord record) throws IOException {
    Open opened = open;
    if (opened == null) {
      Schema schema = FileSinks.schema(record.getTopic());
      // Timestamps stay numbers, because this data model has no conversions.
      opened =
          new Open(writer(schema), new GenericDatumReader<>(schema, schema, GenericData.get()));
      open = opened;
    }
    opened
        .writer()
        .write(
            opened
                .reader()
                .read(null, DecoderFactory.get().binaryDecoder(record.getValue(), null)));
  }

  private ParquetWriter<GenericRecord> writer(Schema schema) throws IOException {
    ParquetConfiguration configuration = new PlainParquetConfiguration();
    // Writes lists in three levels, as other tools do.
    configuration.setBoolean(AvroWriteSupport.WRITE_OLD_LIST_STRUCTURE, false);
    return AvroParquetWriter.<GenericRecord>builder(new StreamFile(out))
        .withSchema(schema)
        .withDataModel(GenericData.get())
        .withConf(configuration)
        .withRowGroupSize(ROW_GROUP_BYTES)
        .withCodecFactory(new CompressedPages())
        .withCompressionCodec(codec)
        .build();
  }

  @Override
  public void flush() {
    // A row group is only written when it is full.
  }

  @Override
  public void finish() throws IOException {
    if (open != null) {
      open.writer().close();
    }
  }

  /** Adapts Flink's open stream to Parquet. */
  private record StreamFile(OutputStream out) implements OutputFile {
    @Override
    public PositionOutputStream create(long blockSizeHint) {
      OpenStream stream = new OpenStream(out);
      return new PositionOutputStream() {
        @Override
        public long getPos() {
          return stream.position();
        }

        @Override
        public void write(int octet) throws IOException {
          stream.write(octet);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          stream.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
          stream.close();
        }
      };
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
      return create(blockSizeHint);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }
}
