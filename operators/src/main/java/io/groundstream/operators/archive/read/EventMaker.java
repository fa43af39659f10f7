package io.groundstream.operators.archive.read;

import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.OmittedAttribute;
import io.groundstream.operators.archive.plan.ArchiveUnit;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventNotes;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.schemas.AvroObjectCodec;
import io.groundstream.schemas.Ids;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/** Creates the events of one file of an archive. For one thread. */
final class EventMaker {
  private static final AvroObjectCodec<ImageEvent> CODEC =
      new AvroObjectCodec<>(ImageEvent.class, List.of());

  /** The estimated size of an event without its image and attributes, in bytes. */
  private static final int OTHER_BYTES = 2048;

  private final ArchiveUnit unit;
  private final String uri;

  EventMaker(ArchiveUnit unit) {
    this.unit = unit;
    this.uri = uri(unit.path());
  }

  /** Returns a file's path as a URI that other tools accept, too. */
  private static String uri(String path) {
    URI uri = new Path(path).toUri();
    String scheme = uri.getScheme() == null ? "file" : uri.getScheme();
    String authority = uri.getRawAuthority();
    return scheme + "://" + (authority == null ? "" : authority) + uri.getRawPath();
  }

  /** Returns the file's name in the archive. */
  String fileName() {
    return unit.name();
  }

  /** Returns the description of a place in the file, for messages. */
  String place(String where) {
    return unit.name() + (where.isEmpty() ? "" : ", " + where);
  }

  /** Returns the prefix of the identifiers in the file: its name, mostly without suffix. */
  String stem() {
    return unit.keepsSuffix() ? unit.name() : unit.format().withoutSuffix(unit.name());
  }

  /** Returns a new event with the identifiers derived from its position. */
  ImageEvent.Builder event(String position, String imageId) {
    return ImageEvent.newBuilder()
        .setEventId(Ids.archivedEventId(unit.name(), position))
        .setImageId(imageId);
  }

  /**
   * Returns an event as the job's record.
   *
   * @param millis the modification time of the image, in milliseconds since 1970
   */
  EventRecord record(ImageEvent event, String position, long millis) {
    int imageBytes = event.getImageBytes() == null ? 0 : event.getImageBytes().remaining();
    EventRecord record = at(position, millis);
    record.setKey(EventFacts.imageId(event).getBytes(StandardCharsets.UTF_8));
    record.setValue(CODEC.encode(event, imageBytes + OTHER_BYTES));
    record.setNotes(notes(event, position));
    return record;
  }

  /** Returns the omitted attributes of an event, for the summary; null if there are none. */
  private @Nullable EventNotes notes(ImageEvent event, String position) {
    if (event.getOmittedAttributes().isEmpty()) {
      return null;
    }
    EventNotes notes = new EventNotes();
    String place = place(position);
    for (OmittedAttribute omitted : event.getOmittedAttributes()) {
      notes.add(omitted.getCode(), place + ": " + omitted.getName() + ": " + omitted.getMessage());
    }
    return notes;
  }

  /**
   * Returns the record of a failure.
   *
   * @param event the event as far as known; null if nothing is known
   * @param where the entry, row or line; empty for the file as a whole
   */
  EventRecord failure(
      OperatorErrorCode code,
      @Nullable ImageEvent event,
      String position,
      String where,
      String message) {
    EventRecord record =
        event == null
            ? at(position, unit.modificationTime())
            : record(event, position, unit.modificationTime());
    record.setFailureCode(code.code());
    record.setFailureMessage(unit.path() + (where.isEmpty() ? "" : ", " + where) + ": " + message);
    return record;
  }

  private EventRecord at(String position, long millis) {
    EventRecord record = new EventRecord();
    record.setEncoding(EventRecord.SINGLE_OBJECT);
    record.setOriginSystem(EventFacts.ARCHIVE);
    record.setOriginName(unit.name());
    record.setOriginPosition(position);
    record.setSourceUri(uri);
    record.setTimestamp(millis > 0 ? millis : EventRecord.NO_TIMESTAMP);
    return record;
  }
}
