package io.groundstream.operators.output;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.schemas.PortableSchemas;
import org.apache.avro.Schema;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.functions.sink.filesystem.BucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.OutputFileConfig;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.SimpleVersionedStringSerializer;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;

/**
 * Creates the sink that writes results to files, with a folder for each topic. A file holds the
 * records that one subtask wrote between two checkpoints. It gets its final name when the second of
 * them completes; until then its name begins with a dot, so that readers ignore it.
 */
final class FileSinks {
  private FileSinks() {}

  static Sink<OutputRecord> of(FileOutput output) {
    return FileSink.<OutputRecord>forBulkFormat(
            new Path(output.directory()), new Writers(output.format(), output.compression()))
        .withBucketAssigner(new FolderOfTopic())
        .withRollingPolicy(OnCheckpointRollingPolicy.build())
        .withOutputFileConfig(new OutputFileConfig(output.prefix(), "." + output.format()))
        .build();
  }

  /** Returns the schema of a kind of record, as written to files. */
  static Schema schema(OutputTopic topic) {
    return PortableSchemas.of(
        switch (topic) {
          case IMAGES -> GroundedImage.getClassSchema();
          case PHRASES -> GroundedPhrase.getClassSchema();
          case DEAD_LETTERS -> DeadLetter.getClassSchema();
        });
  }

  /** Creates the writers of files. The first record of a file determines its topic. */
  private record Writers(OutputOptions.Format format, OutputOptions.Compression compression)
      implements BulkWriter.Factory<OutputRecord> {
    @Override
    public BulkWriter<OutputRecord> create(FSDataOutputStream out) {
      return switch (format) {
        case AVRO -> new AvroFileWriter(out, compression);
        case PARQUET -> new ParquetFileWriter(out, compression);
      };
    }
  }

  private static final class FolderOfTopic implements BucketAssigner<OutputRecord, String> {
    private static final long serialVersionUID = 1L;

    @Override
    public String getBucketId(OutputRecord record, Context context) {
      return record.getTopic().folder();
    }

    @Override
    public SimpleVersionedSerializer<String> getSerializer() {
      return SimpleVersionedStringSerializer.INSTANCE;
    }
  }
}
