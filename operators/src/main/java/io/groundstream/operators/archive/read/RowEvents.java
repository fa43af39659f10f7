package io.groundstream.operators.archive.read;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.avro.ImageEvent;
import io.groundstream.operators.archive.columns.NumberText;
import io.groundstream.operators.archive.plan.UnitPart;
import io.groundstream.operators.archive.settings.ArchiveSettings;
import io.groundstream.operators.archive.tar.KeySet;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventNotes;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.event.NoteCode;
import io.groundstream.operators.format.RequestsJson.RequestsException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Creates events from the rows of manifests and Parquet files. For one thread. */
final class RowEvents {
  private static final int LONGEST_ID = 4096;

  /**
   * The original name of the URI column; if a row has bytes, this column does not become an
   * attribute.
   */
  private static final String USUAL_URI = "uri";

  private final ArchiveSettings settings;
  private final EventMaker events;
  private final ReferenceResolver references;
  private final OperatorErrorCode invalid;
  private final long millis;
  private final String fileName;

  /** The identifiers seen in this part of the file. */
  private final KeySet ids = new KeySet();

  /**
   * @param invalid the error code of invalid rows
   */
  RowEvents(UnitPart part, ArchiveSettings settings, OperatorErrorCode invalid) {
    this.settings = settings;
    this.events = new EventMaker(part.unit());
    this.references = new ReferenceResolver(part.unit().path());
    this.invalid = invalid;
    this.millis = part.unit().modificationTime();
    this.fileName = part.unit().name();
  }

  /** Returns the failure of the file as a whole. */
  EventRecord ofFile(OperatorErrorCode code, String message) {
    return events.failure(code, null, "", "", message);
  }

  /**
   * Returns the failure of rows that cannot be read.
   *
   * @param number the number of the first of them
   */
  EventRecord ofRows(
      OperatorErrorCode code, long number, long count, String where, String message) {
    EventRecord failure = events.failure(code, null, String.valueOf(number), where, message);
    EventNotes notes = new EventNotes();
    notes.add(NoteCode.ROWS_LOST.code(), count, events.place(where));
    failure.setNotes(notes);
    return failure;
  }

  /** Returns the failure of a row that cannot be read. */
  EventRecord broken(long number, String where, String problem) {
    return events.failure(invalid, null, String.valueOf(number), where, problem);
  }

  /** Returns the failure of a row whose image is too large. */
  EventRecord tooLarge(long number, String where, Map<String, JsonNode> fields, String message) {
    String id = id(fields);
    return events.failure(
        OperatorErrorCode.ENTRY_TOO_LARGE,
        event(number, id),
        String.valueOf(number),
        where,
        message);
  }

  /** Records the identifier of a row that was emitted before. */
  void pass(Map<String, JsonNode> fields) {
    String id = id(fields);
    if (id != null) {
      ids.add(id);
    }
  }

  /** Returns the event of a row that holds its image. */
  EventRecord ofImage(long number, String where, Map<String, JsonNode> fields, byte[] image) {
    String uriColumn = settings.uriColumn();
    return of(number, where, fields, image, uriColumn == null ? USUAL_URI : uriColumn);
  }

  /**
   * Returns the event of a row that refers to its image.
   *
   * @param reference the field that refers to the image
   */
  EventRecord ofReference(
      long number, String where, Map<String, JsonNode> fields, String reference) {
    return of(number, where, fields, null, reference);
  }

  /**
   * Returns the event of a row.
   *
   * @param number the number of the row in the file
   * @param where the position, for messages
   * @param image the image's bytes; null if a field refers to the image
   * @param reference the field that refers to it, which does not become an attribute
   */
  private EventRecord of(
      long number,
      String where,
      Map<String, JsonNode> fields,
      byte @Nullable [] image,
      String reference) {
    String position = String.valueOf(number);
    String id = id(fields);
    if (id != null && id.length() > LONGEST_ID) {
      return broken(
          number,
          where,
          settings.idColumn() + ": " + id.length() + " characters (expected: at most 4096)");
    }
    ImageEvent event = event(number, id);
    if (id != null && !ids.add(id)) {
      return events.failure(
          OperatorErrorCode.DUPLICATE_KEY,
          event,
          position,
          where,
          settings.idColumn() + ": " + id + " came before in this file (expected: once)");
    }
    try {
      if (image == null) {
        event.setImageUri(uri(fields.get(reference)));
      } else {
        event.setImageBytes(ByteBuffer.wrap(image));
      }
      JsonNode requests = fields.get(settings.requestsColumn());
      if (requests != null) {
        event.setRequests(RequestsField.parse(requests));
      }
      attributes(fields, reference).putInto(event);
    } catch (RequestsException e) {
      return events.failure(
          invalid, event, position, where, settings.requestsColumn() + ": " + e.getMessage());
    } catch (URISyntaxException e) {
      return events.failure(
          invalid,
          event,
          position,
          where,
          reference + ": " + e.getReason() + " (expected: a path or a URI)");
    }
    return events.record(event, position, millis);
  }

  private @Nullable String id(Map<String, JsonNode> fields) {
    JsonNode id = fields.get(settings.idColumn());
    return id == null || id.isNull() || id.isContainerNode() || id.asText().isBlank()
        ? null
        : NumberText.of(id);
  }

  private ImageEvent event(long number, @Nullable String id) {
    ImageEvent.Builder event =
        events.event(String.valueOf(number), id == null ? events.stem() + "/" + number : id);
    return id == null ? event.build() : event.setEventId(id).build();
  }

  private String uri(@Nullable JsonNode field) throws URISyntaxException {
    String text = field == null ? null : References.text(field);
    if (text == null) {
      throw new URISyntaxException("", "not text");
    }
    return references.resolve(text.strip());
  }

  private Attributes attributes(Map<String, JsonNode> fields, String reference) {
    Attributes attributes = new Attributes(settings);
    for (Map.Entry<String, JsonNode> field : fields.entrySet()) {
      String name = field.getKey();
      if (!name.equals(settings.idColumn())
          && !name.equals(reference)
          && !name.equals(settings.requestsColumn())) {
        attributes.add(name, field.getValue());
      }
    }
    FolderAttributes.addTo(attributes, fileName);
    return attributes;
  }
}
