package io.groundstream.operators.archive.manifest;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads the rows of a manifest, starting at any row. For one thread. */
public interface ManifestRows extends Closeable {
  /**
   * Returns the next row, which may be broken; null after the last. Empty lines are skipped.
   *
   * @throws IOException if the file system fails
   */
  @Nullable ManifestRow next() throws IOException;

  /** Returns the offset of the first byte after the last row. */
  long position();

  /** Returns the number of lines before {@link #position}. */
  long lines();
}
