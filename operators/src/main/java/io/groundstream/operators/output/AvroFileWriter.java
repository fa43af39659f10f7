package io.groundstream.operators.output;

import io.groundstream.operators.output.OutputOptions.Compression;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.jspecify.annotations.Nullable;

/** Writes already encoded records into an Avro container file. */
final class AvroFileWriter implements BulkWriter<OutputRecord> {
  /**
   * The uncompressed size of a block. Each block is compressed as a whole, and a reader can start
   * at each.
   */
  private static final int BLOCK_BYTES = 256 * 1024;

  private static final int ZSTANDARD_LEVEL = 3;

  /** The default of zlib; higher levels take several times as long and save hardly anything. */
  private static final int DEFLATE_LEVEL = 6;

  private final OutputStream out;
  private final Compression compression;
  private @Nullable DataFileWriter<GenericRecord> writer;

  AvroFileWriter(OutputStream out, Compression compression) {
    this.out = out;
    this.compression = compression;
  }

  @Override
  public void addElement(OutputRecord record) throws IOException {
    DataFileWriter<GenericRecord> open = writer;
    if (open == null) {
      open = open(FileSinks.schema(record.getTopic()));
      writer = open;
    }
    open.appendEncoded(ByteBuffer.wrap(record.getValue()));
  }

  private DataFileWriter<GenericRecord> open(Schema schema) throws IOException {
    return new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(schema))
        .setCodec(codec())
        .setSyncInterval(BLOCK_BYTES)
        .create(schema, new OpenStream(out));
  }

  private CodecFactory codec() {
    return switch (compression) {
      case NULL -> CodecFactory.nullCodec();
      case DEFLATE -> CodecFactory.deflateCodec(DEFLATE_LEVEL);
      case SNAPPY -> CodecFactory.snappyCodec();
      case ZSTANDARD -> CodecFactory.zstandardCodec(ZSTANDARD_LEVEL);
    };
  }

  @Override
  public void flush() throws IOException {
    if (writer != null) {
      writer.flush();
    }
  }

  @Override
  public void finish() throws IOException {
    if (writer != null) {
      writer.close();
    }
  }
}
