package io.groundstream.operators.archive.manifest;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The rows of a manifest, from any one of them on. For one thread. */
public interface ManifestRows extends Closeable {
  /**
   * Returns the next row, which may be broken; null after the last. Empty lines are none.
   *
   * @throws IOException if the file system fails
   */
  @Nullable ManifestRow next() throws IOException;

  /** Returns the offset of the first byte after the last row. */
  long position();

  /** Returns how many lines are before that. */
  long lines();
}
