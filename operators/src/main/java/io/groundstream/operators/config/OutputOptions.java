package io.groundstream.operators.config;

import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Files that results may go to instead of Kafka. */
public final class OutputOptions {
  /** What the files are. */
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

  public static final ConfigOption<String> DIRECTORY =
      ConfigOptions.key("output.directory")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Of a backfill: the folder that gets the results as files, under images,"
                  + " phrases and dead-letters, on any file system that Flink knows. Without it"
                  + " they go to Kafka.");

  public static final ConfigOption<Format> FORMAT =
      ConfigOptions.key("output.format")
          .enumType(Format.class)
          .defaultValue(Format.AVRO)
          .withDescription(
              "What files the results go to: avro (container files) or parquet, both compressed"
                  + " with Zstandard.");

  private OutputOptions() {}
}
