package io.groundstream.operators.output;

/**
 * Results go to files, each kind into a folder of its own; no broker and no registry is needed.
 *
 * @param directory the folder's URI, on a file system that Flink knows
 * @param prefix what the files' names begin with
 */
public record FileOutput(
    String directory,
    OutputOptions.Format format,
    OutputOptions.Compression compression,
    String prefix)
    implements OutputSettings {
  /** The largest record, in bytes: far beyond what a result has, and what a reader can hold. */
  public static final int MAX_RECORD_BYTES = 64 * 1024 * 1024;
}
