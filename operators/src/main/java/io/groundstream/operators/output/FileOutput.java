package io.groundstream.operators.output;

/**
 * Writes results to files, each kind into a folder of its own, without a broker or registry.
 *
 * @param directory the folder's URI, on a file system that Flink knows
 * @param prefix the prefix of the files' names
 */
public record FileOutput(
    String directory,
    OutputOptions.Format format,
    OutputOptions.Compression compression,
    String prefix)
    implements OutputSettings {
  /**
   * The maximum size of a record, in bytes: far larger than any result, and small enough for a
   * reader to hold.
   */
  public static final int MAX_RECORD_BYTES = 64 * 1024 * 1024;
}
