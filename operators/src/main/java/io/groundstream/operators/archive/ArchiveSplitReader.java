package io.groundstream.operators.archive;

import io.groundstream.operators.archive.plan.ArchiveSplit;
import io.groundstream.operators.archive.plan.PartPosition;
import io.groundstream.operators.archive.plan.UnitPart;
import io.groundstream.operators.archive.read.ArchivedEvent;
import io.groundstream.operators.archive.read.ReadContext;
import io.groundstream.operators.archive.read.UnitReader;
import io.groundstream.operators.archive.read.UnitReaders;
import io.groundstream.operators.concurrent.Backoff;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads splits one after the other, some events at a time. Runs on a thread of its own, so that it
 * reads files while earlier events wait to be taken.
 *
 * <p>A failed read is retried, because a file system may fail for a moment. If it keeps failing
 * while the archive's root is reachable, the file is at fault and becomes a dead letter; if the
 * root is not reachable, the file system is down and the job fails.
 */
final class ArchiveSplitReader implements SplitReader<PositionedEvent, ArchiveSplit> {
  private static final Logger LOG = LoggerFactory.getLogger(ArchiveSplitReader.class);

  private static final int EVENTS_AT_A_TIME = 64;
  private static final long BYTES_AT_A_TIME = 2L << 20;
  private static final int MOST_RETRIES = 3;
  private static final Backoff BACKOFF =
      Backoff.of(Duration.ofMillis(100), 5, Duration.ofSeconds(2));

  private final ReadContext context;
  private final Deque<ArchiveSplit> waiting = new ArrayDeque<>();
  private final PartOpener opener;

  private @Nullable ArchiveSplit split;
  private int part;
  private PartPosition position = new PartPosition(0, 0, 0);
  private @Nullable UnitReader reader;
  private int failures;

  /** The last event read; it takes the notes about what follows it in its file. */
  private @Nullable PositionedEvent held;

  /** Opens parts; tests replace it. */
  @FunctionalInterface
  interface PartOpener {
    UnitReader open(UnitPart part, PartPosition position, ReadContext context) throws IOException;
  }

  ArchiveSplitReader(ReadContext context) {
    this(context, UnitReaders::open);
  }

  ArchiveSplitReader(ReadContext context, PartOpener opener) {
    this.context = context;
    this.opener = opener;
  }

  @Override
  public void handleSplitsChanges(SplitsChange<ArchiveSplit> change) {
    waiting.addAll(change.splits());
  }

  @Override
  public RecordsWithSplitIds<PositionedEvent> fetch() throws IOException {
    ArchiveSplit current = split;
    if (current == null) {
      current = waiting.poll();
      if (current == null) {
        return EventBatch.none();
      }
      split = current;
      part = current.current();
      position = current.position();
    }
    List<PositionedEvent> events = new ArrayList<>();
    long bytes = 0;
    while (events.size() < EVENTS_AT_A_TIME && bytes < BYTES_AT_A_TIME) {
      if (part >= current.parts().size()) {
        split = null;
        if (held != null) {
          events.add(held);
          held = null;
        }
        return new EventBatch(current.splitId(), events, true);
      }
      ArchivedEvent event = read(current.parts().get(part));
      if (event == null) {
        if (held != null && reader != null) {
          reader.addLastNotes(held.event());
        }
        closeReader();
        part++;
        position =
            part < current.parts().size()
                ? PartPosition.startOf(current.parts().get(part))
                : position;
      } else {
        position = event.after();
        if (held != null) {
          events.add(held);
        }
        held = new PositionedEvent(event.event(), part, event.after());
        byte[] value = event.event().getValue();
        bytes += value == null ? 0 : value.length;
      }
    }
    return new EventBatch(current.splitId(), events, false);
  }

  private @Nullable ArchivedEvent read(UnitPart from) throws IOException {
    while (true) {
      try {
        UnitReader open = reader;
        if (open == null) {
          open = opener.open(from, position, context);
          reader = open;
        }
        ArchivedEvent event = open.next();
        failures = 0;
        return event;
      } catch (IOException e) {
        closeReader();
        if (!(e instanceof FileNotFoundException) && failures < MOST_RETRIES) {
          LOG.info("{} cannot be read; trying again", from.unit().path(), e);
          failures++;
          pause(BACKOFF.pauseMillis(failures), e);
          continue;
        }
        failures = 0;
        reader = givenUp(from, e);
      }
    }
  }

  /** Returns a reader that reports an unreadable file, or fails if the file is not at fault. */
  private UnitReader givenUp(UnitPart from, IOException cause) throws IOException {
    String path = from.unit().path();
    // A file's path is the root followed by the file's name.
    Path root =
        new Path(path.substring(0, Math.max(1, path.length() - from.unit().name().length())));
    try {
      FileSystem fileSystem = root.getFileSystem();
      fileSystem.getFileStatus(root);
      return UnitReaders.unreadable(from, position, context, cause);
    } catch (IOException e) {
      e.addSuppressed(cause);
      throw new IOException(
          "archive: neither " + path + " nor its root " + root + " can be read: " + e, e);
    }
  }

  private static void pause(long millis, IOException cause) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cause;
    }
  }

  private void closeReader() {
    UnitReader open = reader;
    reader = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        LOG.debug("a file that was only read could not be closed", e);
      }
    }
  }

  @Override
  public void wakeUp() {
    // A batch is read quickly; there is no need to interrupt it.
  }

  @Override
  public void close() {
    closeReader();
  }
}
