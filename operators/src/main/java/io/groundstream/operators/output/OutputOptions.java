package io.groundstream.operators.output;

import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.jspecify.annotations.Nullable;

/** Options for writing results to files instead of Kafka. */
public final class OutputOptions {
  /** The format of result files. */
  public enum Format {
    AVRO("avro"),
    PARQUET("parquet");

    private final String id;

    Format(String id) {
      this.id = id;
    }

    @Override
    public String toString() {
      return id;
    }
  }

  /** The compression of files, by Avro's codec names. */
  public enum Compression {
    NULL("null"),
    DEFLATE("deflate"),
    SNAPPY("snappy"),
    ZSTANDARD("zstandard");

    private final String id;

    Compression(String id) {
      this.id = id;
    }

    /** Returns the compression that an option's value names, or null if there is none. */
    public static @Nullable Compression find(String text) {
      for (Compression compression : values()) {
        if (compression.id.equalsIgnoreCase(text)) {
          return compression;
        }
      }
      return text.equalsIgnoreCase("none") ? NULL : null;
    }

    @Override
    public String toString() {
      return id;
    }
  }

  public static final ConfigOption<String> DIRECTORY =
      ConfigOptions.key("output.directory")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "For a backfill: the folder for results as files, under images, phrases and"
                  + " dead-letters, on any file system that Flink knows. Without this option,"
                  + " results go to Kafka.");

  public static final ConfigOption<Format> FORMAT =
      ConfigOptions.key("output.format")
          .enumType(Format.class)
          .defaultValue(Format.AVRO)
          .withDescription("The format of result files: avro (container files) or parquet.");

  public static final ConfigOption<String> COMPRESSION =
      ConfigOptions.key("output.compression")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "How files are compressed: null (not at all; also none), deflate (in Parquet"
                  + " called gzip), snappy or zstandard. Default: deflate in Avro files, because"
                  + " every Avro reader supports it, and zstandard in Parquet files.");

  private OutputOptions() {}
}
