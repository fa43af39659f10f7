package io.groundstream.operators.archive.read;

import io.groundstream.operators.event.EventRecord;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads one part of a file of an archive, from any position on. For one thread. */
public interface UnitReader extends Closeable {
  /**
   * Returns the next event, which may be one of something wrong; null after the last.
   *
   * @throws IOException if the file system fails; never for what the file holds
   */
  @Nullable ArchivedEvent next() throws IOException;

  /**
   * Puts into an event that went before what was met behind the last one, such as entries that are
   * nothing of a picture. Called after {@link #next} has returned null.
   */
  default void addLastNotes(EventRecord event) {}
}
