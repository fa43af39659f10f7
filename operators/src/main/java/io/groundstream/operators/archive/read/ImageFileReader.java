package io.groundstream.operators.archive.read;

import io.groundstream.avro.ImageEvent;
import io.groundstream.operators.archive.plan.ArchiveUnit;
import io.groundstream.operators.archive.plan.PartPosition;
import io.groundstream.operators.archive.plan.UnitPart;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/** Reads an image file, which yields one event. */
final class ImageFileReader implements UnitReader {
  private final ArchiveUnit unit;
  private final UnitPart part;
  private final ReadContext context;
  private boolean done;

  ImageFileReader(UnitPart part, PartPosition position, ReadContext context) {
    this.part = part;
    this.unit = part.unit();
    this.context = context;
    this.done = position.isEnd();
  }

  @Override
  public @Nullable ArchivedEvent next() throws IOException {
    if (done) {
      return null;
    }
    done = true;
    EventMaker events = new EventMaker(unit);
    ImageEvent event = events.event("", events.stem()).build();
    int limit = context.maxImageBytes();
    // The listed length may be outdated, so it only sizes the buffer.
    byte[] bytes = unit.length() > limit ? null : read((int) unit.length(), limit);
    EventRecord record;
    if (bytes == null) {
      record =
          events.failure(
              OperatorErrorCode.ENTRY_TOO_LARGE,
              event,
              "",
              "",
              context.tooLarge(unit.length() > limit ? unit.length() + " bytes" : "more bytes"));
    } else {
      context.counts().bytesRead().inc(bytes.length);
      event.setImageBytes(ByteBuffer.wrap(bytes));
      Attributes attributes = new Attributes(context.settings());
      FolderAttributes.addTo(attributes, unit.name());
      attributes.putInto(event);
      record = events.record(event, "", unit.modificationTime());
    }
    context.counts().entriesRead().inc();
    return new ArchivedEvent(record, PartPosition.endOf(part));
  }

  private byte @Nullable [] read(int expected, int limit) throws IOException {
    Path path = new Path(unit.path());
    try (InputStream in = LocalFiles.openRegular(path)) {
      byte[] bytes = in.readNBytes(expected);
      if (bytes.length < expected) {
        return bytes;
      }
      int next = in.read();
      if (next < 0) {
        return bytes;
      }
      byte[] more = in.readNBytes(limit - expected);
      if (expected + 1L + more.length > limit) {
        return null;
      }
      byte[] all = new byte[expected + 1 + more.length];
      System.arraycopy(bytes, 0, all, 0, expected);
      all[expected] = (byte) next;
      System.arraycopy(more, 0, all, expected + 1, more.length);
      return all;
    }
  }

  @Override
  public void close() {
    // There is nothing to close.
  }
}
