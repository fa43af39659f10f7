package io.groundstream.operators.archive.read;

import io.groundstream.operators.event.EventRecord;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads one part of a file of an archive, starting at any position. For one thread. */
public interface UnitReader extends Closeable {
  /**
   * Returns the next event, which may report a failure; null after the last.
   *
   * @throws IOException if the file system fails; never for a fault in the file
   */
  @Nullable ArchivedEvent next() throws IOException;

  /**
   * Adds to an earlier event the notes about entries after the last event, such as skipped ones.
   * Called after {@link #next} has returned null.
   */
  default void addLastNotes(EventRecord event) {}
}
