package io.groundstream.operators.index;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.groundstream.schemas.Ids;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Builds the document of an image from the results that are shown. The same results give the same
 * bytes. Thread-safe.
 *
 * <p>An <em>entity</em> is one box of one phrase. The document holds the relations between the
 * entities of one request only: the boxes of different requests are different answers about the
 * same things.
 */
final class DocumentWriter {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Pattern ARTICLE = Pattern.compile("^(?:an?|the)\\s+(?=\\S)");
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final String GIVEN = "given";

  /** The longest identifier that OpenSearch accepts. */
  private static final int MAX_ID_BYTES = 512;

  private static final String HASHED = "sha256:";

  /**
   * Lucene accepts no term of more than 32,766 bytes, and the term of an attribute is its path and
   * its value; OpenSearch rejects a document with a longer one.
   */
  private static final int MAX_TERM_BYTES = 32_000;

  /** An attribute whose name leaves less room than this for its value is omitted. */
  private static final int LEAST_VALUE_BYTES = 1000;

  private static final String CUT = "…";

  /** The attribute that lists the shortened ones. */
  static final String SHORTENED = "_shortened";

  private final int maxEntities;
  private final boolean withGiven;

  /**
   * @param maxEntities the most entities of a document
   * @param withGiven whether boxes from the prompt are entities too
   */
  DocumentWriter(int maxEntities, boolean withGiven) {
    this.maxEntities = maxEntities;
    this.withGiven = withGiven;
  }

  /** Returns the document, or its deletion; null if nothing is shown and nothing was deleted. */
  @Nullable IndexDocument write(String imageId, ImageState state) {
    List<ResultState> shown = ImageJoin.shown(state);
    if (shown.isEmpty() && state.deletedAt != null) {
      IndexDocument deletion = new IndexDocument();
      deletion.id = documentId(imageId);
      deletion.version = ImageJoin.version(state);
      deletion.imageId = imageId;
      deletion.deleted = true;
      return deletion;
    }
    ResultState newest = ImageJoin.newest(shown);
    if (newest == null || newest.image == null) {
      return null;
    }
    IndexDocument document = new IndexDocument();
    document.id = documentId(imageId);
    document.version = ImageJoin.version(state);
    document.imageId = imageId;
    document.eventId = newest.eventId;
    document.originSystem = newest.image.originSystem;
    document.originName = newest.image.originName;
    document.originPosition = newest.image.originPosition;
    document.modelName = newest.image.modelName;
    document.modelRevision = newest.image.modelRevision;
    document.modelDtype = newest.image.modelDtype;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      write(json, IndexField.IMAGE_ID, imageId);
      write(json, IndexField.EVENT_ID, newest.eventId);
      writeImage(json, newest.image, newest.processingTime);
      writeRequests(json, shown);
      writeEntities(json, shown);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a byte array does not fail", e);
    }
    document.source = bytes.toByteArray();
    return document;
  }

  /**
   * Returns the identifier of an image's document: the image's own where it is short enough, else a
   * hash of it.
   */
  static String documentId(String imageId) {
    boolean fits = imageId.getBytes(StandardCharsets.UTF_8).length <= MAX_ID_BYTES;
    // An identifier that spells another one's hash must not take the document of that.
    return fits && !imageId.isEmpty() && !imageId.startsWith(HASHED)
        ? imageId
        : HASHED + Ids.contentSha256(imageId.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns a phrase for comparison as a whole: in lower case, without a leading article, with
   * single spaces.
   */
  static String normalise(String phrase) {
    String lower = SPACE.matcher(phrase.strip().toLowerCase(Locale.ROOT)).replaceAll(" ");
    return ARTICLE.matcher(lower).replaceFirst("");
  }

  private static void writeImage(JsonGenerator json, ImageFacts image, long processingTime)
      throws IOException {
    write(json, IndexField.WIDTH, image.width);
    write(json, IndexField.HEIGHT, image.height);
    write(json, IndexField.CONTENT_SHA256, image.contentSha256);
    writeModel(json, image);
    if (image.eventTime != null) {
      writeTime(json, IndexField.EVENT_TIME, image.eventTime);
    }
    writeTime(json, IndexField.PROCESSING_TIME, processingTime);
    json.writeObjectFieldStart(IndexField.ORIGIN.fieldName());
    write(json, IndexField.SYSTEM, image.originSystem);
    write(json, IndexField.NAME, image.originName);
    write(json, IndexField.POSITION, image.originPosition);
    json.writeEndObject();
    writeAttributes(json, image);
  }

  /** Writes the attributes; shortens one for which the index would reject the document. */
  private static void writeAttributes(JsonGenerator json, ImageFacts image) throws IOException {
    List<String> shortened = new ArrayList<>();
    json.writeObjectFieldStart(IndexField.ATTRIBUTES.fieldName());
    for (int i = 0; i < image.attributeNames.length; i++) {
      String name = image.attributeNames[i];
      String value = image.attributeValues[i];
      int room = MAX_TERM_BYTES - utf8Bytes(name);
      if (room < LEAST_VALUE_BYTES) {
        shortened.add(within(name, LEAST_VALUE_BYTES) + CUT);
      } else if (utf8Bytes(value) > room) {
        json.writeStringField(name, within(value, room) + CUT);
        shortened.add(name);
      } else {
        json.writeStringField(name, value);
      }
    }
    if (!shortened.isEmpty()) {
      json.writeStringField(SHORTENED, within(String.join(", ", shortened), MAX_TERM_BYTES));
    }
    json.writeEndObject();
  }

  private static int utf8Bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** Returns the longest beginning of a text that has at most so many bytes in UTF-8. */
  private static String within(String text, int maxBytes) {
    int bytes = 0;
    int end = 0;
    while (end < text.length()) {
      int codePoint = text.codePointAt(end);
      bytes += utf8Bytes(Character.toString(codePoint));
      if (bytes > maxBytes) {
        break;
      }
      end += Character.charCount(codePoint);
    }
    return text.substring(0, end);
  }

  private static void writeModel(JsonGenerator json, ImageFacts image) throws IOException {
    write(json, IndexField.MODEL_NAME, image.modelName);
    write(json, IndexField.MODEL_REVISION, image.modelRevision);
    write(json, IndexField.MODEL_DTYPE, image.modelDtype);
  }

  private static void writeRequests(JsonGenerator json, List<ResultState> shown)
      throws IOException {
    boolean complete = true;
    json.writeArrayFieldStart(IndexField.REQUESTS.fieldName());
    for (ResultState result : shown) {
      RequestFacts request = result.request;
      if (request == null || result.image == null) {
        continue;
      }
      json.writeStartObject();
      write(json, IndexField.REQUEST_ID, request.requestId);
      write(json, IndexField.TASK, request.task);
      write(json, IndexField.CAPTION, request.caption);
      write(json, IndexField.ANSWER, request.answer);
      write(json, IndexField.FINISH_REASON, request.finishReason);
      write(json, IndexField.ERROR_CODE, request.errorCode);
      write(json, IndexField.PHRASE_COUNT, request.phraseCount);
      write(json, IndexField.COMPLETE, result.isComplete());
      write(json, IndexField.EVENT_ID, result.eventId);
      writeTime(json, IndexField.PROCESSING_TIME, result.processingTime);
      writeModel(json, result.image);
      json.writeEndObject();
      complete &= result.isComplete();
    }
    json.writeEndArray();
    write(json, IndexField.COMPLETE, complete);
  }

  private void writeEntities(JsonGenerator json, List<ResultState> shown) throws IOException {
    List<Entity> entities = new ArrayList<>();
    int count = 0;
    for (ResultState result : shown) {
      RequestFacts request = result.request;
      if (request == null) {
        continue;
      }
      for (PhraseFacts phrase : result.phrases) {
        for (int i = 0; i < phrase.boxes.length; i++) {
          BoxFacts box = phrase.boxes[i];
          if (withGiven || !box.source.equals(GIVEN)) {
            if (entities.size() < maxEntities) {
              entities.add(new Entity(count, request, phrase, i, box));
            }
            count++;
          }
        }
      }
    }
    write(json, IndexField.ENTITY_COUNT, count);
    write(json, IndexField.ENTITIES_CUT, count > entities.size());
    json.writeArrayFieldStart(IndexField.ENTITIES.fieldName());
    for (Entity entity : entities) {
      entity.writeEntity(json);
    }
    json.writeEndArray();
    writePairs(json, entities);
  }

  private static void writePairs(JsonGenerator json, List<Entity> entities) throws IOException {
    json.writeArrayFieldStart(IndexField.PAIRS.fieldName());
    for (Entity subject : entities) {
      for (Entity object : entities) {
        if (subject.number() == object.number()
            || !subject.request().requestId.equals(object.request().requestId)) {
          continue;
        }
        Box a = subject.facts().box();
        Box b = object.facts().box();
        Set<Relation> relations = Relation.of(a, b);
        if (relations.isEmpty()) {
          continue;
        }
        json.writeStartObject();
        json.writeObjectFieldStart(IndexField.SUBJECT.fieldName());
        subject.writeShared(json);
        json.writeEndObject();
        json.writeObjectFieldStart(IndexField.OBJECT.fieldName());
        object.writeShared(json);
        json.writeEndObject();
        json.writeArrayFieldStart(IndexField.RELATIONS.fieldName());
        for (Relation relation : relations) {
          json.writeString(relation.id());
        }
        json.writeEndArray();
        write(json, IndexField.DISTANCE, (float) a.distanceTo(b));
        write(json, IndexField.IOU, (float) a.intersectionOverUnion(b));
        json.writeEndObject();
      }
    }
    json.writeEndArray();
  }

  /** Writes a text, or nothing if it is null. */
  private static void write(JsonGenerator json, IndexField field, @Nullable String text)
      throws IOException {
    if (text != null) {
      json.writeStringField(field.fieldName(), text);
    }
  }

  private static void write(JsonGenerator json, IndexField field, int number) throws IOException {
    json.writeNumberField(field.fieldName(), number);
  }

  private static void write(JsonGenerator json, IndexField field, float number) throws IOException {
    json.writeNumberField(field.fieldName(), number);
  }

  private static void write(JsonGenerator json, IndexField field, double number)
      throws IOException {
    json.writeNumberField(field.fieldName(), number);
  }

  private static void write(JsonGenerator json, IndexField field, boolean value)
      throws IOException {
    json.writeBooleanField(field.fieldName(), value);
  }

  private static void writeTime(JsonGenerator json, IndexField field, long millis)
      throws IOException {
    write(json, field, Instant.ofEpochMilli(millis).toString());
  }

  /**
   * One box of one phrase.
   *
   * @param number its place in the document, from 0
   * @param boxOrdinal its place among the boxes of the phrase, from 0
   */
  private record Entity(
      int number, RequestFacts request, PhraseFacts phrase, int boxOrdinal, BoxFacts facts) {

    void writeEntity(JsonGenerator json) throws IOException {
      json.writeStartObject();
      writeShared(json);
      write(json, IndexField.TASK, request.task);
      write(json, IndexField.ORDINAL, phrase.ordinal);
      write(json, IndexField.BOX_ORDINAL, boxOrdinal);
      write(json, IndexField.CAPTION, request.caption);
      json.writeEndObject();
    }

    /** Writes the fields that pairs repeat, so that conditions on them are part of one query. */
    void writeShared(JsonGenerator json) throws IOException {
      Box box = facts.box();
      write(json, IndexField.ENTITY, number);
      write(json, IndexField.PHRASE, phrase.phrase);
      write(json, IndexField.NORMALISED, normalise(phrase.phrase));
      write(json, IndexField.REQUEST_ID, request.requestId);
      write(json, IndexField.X_MIN, box.xMin());
      write(json, IndexField.Y_MIN, box.yMin());
      write(json, IndexField.X_MAX, box.xMax());
      write(json, IndexField.Y_MAX, box.yMax());
      write(json, IndexField.CENTRE_X, box.centreX());
      write(json, IndexField.CENTRE_Y, box.centreY());
      write(json, IndexField.BOX_WIDTH, box.width());
      write(json, IndexField.BOX_HEIGHT, box.height());
      write(json, IndexField.AREA, box.area());
      if (facts.confidence != null) {
        write(json, IndexField.CONFIDENCE, facts.confidence.floatValue());
      }
      write(json, IndexField.SOURCE, facts.source);
    }
  }
}
