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
 * Makes the document of an image from the results that are shown. The same results make the same
 * bytes. Thread-safe.
 *
 * <p>An <em>entity</em> is one box of one phrase. Relations are held between the entities of one
 * request, for the boxes of different requests are different answers about the same things.
 */
final class DocumentWriter {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Pattern ARTICLE = Pattern.compile("^(?:an?|the)\\s+(?=\\S)");
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final String GIVEN = "given";

  /** OpenSearch takes no longer identifiers. */
  private static final int MAX_ID_BYTES = 512;

  private static final String HASHED = "sha256:";

  /**
   * Lucene takes no term of more than 32,766 bytes, and that of an attribute has its path before
   * its value; one that is longer refuses the whole document.
   */
  private static final int MAX_TERM_BYTES = 32_000;

  /** An attribute whose name leaves less than this for its value is left out. */
  private static final int LEAST_VALUE_BYTES = 1000;

  private static final String CUT = "…";

  /** The attribute that names the shortened ones. */
  static final String SHORTENED = "_shortened";

  private final int maxEntities;
  private final boolean withGiven;

  /**
   * @param maxEntities how many entities a document holds at most
   * @param withGiven whether boxes that were given in the prompt are entities too
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
      json.writeStringField("image_id", imageId);
      json.writeStringField("event_id", newest.eventId);
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
   * Returns what the index calls the document of an image: the image's own identifier where it is
   * short enough, else a hash of it.
   */
  static String documentId(String imageId) {
    boolean fits = imageId.getBytes(StandardCharsets.UTF_8).length <= MAX_ID_BYTES;
    // Nobody can take the place of another one by spelling out its hash.
    return fits && !imageId.isEmpty() && !imageId.startsWith(HASHED)
        ? imageId
        : HASHED + Ids.contentSha256(imageId.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns a phrase as it is compared as a whole: in lower case, without a leading article, with
   * single spaces.
   */
  static String normalise(String phrase) {
    String lower = SPACE.matcher(phrase.strip().toLowerCase(Locale.ROOT)).replaceAll(" ");
    return ARTICLE.matcher(lower).replaceFirst("");
  }

  private static void writeImage(JsonGenerator json, ImageFacts image, long processingTime)
      throws IOException {
    json.writeNumberField("width", image.width);
    json.writeNumberField("height", image.height);
    writeText(json, "content_sha256", image.contentSha256);
    writeModel(json, image);
    if (image.eventTime != null) {
      writeTime(json, "event_time", image.eventTime);
    }
    writeTime(json, "processing_time", processingTime);
    json.writeObjectFieldStart("origin");
    json.writeStringField("system", image.originSystem);
    json.writeStringField("name", image.originName);
    json.writeStringField("position", image.originPosition);
    json.writeEndObject();
    writeAttributes(json, image);
  }

  /** Writes attributes; one that the index would refuse, and the image with it, is shortened. */
  private static void writeAttributes(JsonGenerator json, ImageFacts image) throws IOException {
    List<String> shortened = new ArrayList<>();
    json.writeObjectFieldStart("attributes");
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

  /** Returns as much of a text as has so many bytes in UTF-8. */
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
    json.writeStringField("model_name", image.modelName);
    json.writeStringField("model_revision", image.modelRevision);
    json.writeStringField("model_dtype", image.modelDtype);
  }

  private static void writeRequests(JsonGenerator json, List<ResultState> shown)
      throws IOException {
    boolean complete = true;
    json.writeArrayFieldStart("requests");
    for (ResultState result : shown) {
      RequestFacts request = result.request;
      if (request == null || result.image == null) {
        continue;
      }
      json.writeStartObject();
      json.writeStringField("request_id", request.requestId);
      json.writeStringField("task", request.task);
      writeText(json, "caption", request.caption);
      writeText(json, "answer", request.answer);
      writeText(json, "finish_reason", request.finishReason);
      writeText(json, "error_code", request.errorCode);
      json.writeNumberField("phrase_count", request.phraseCount);
      json.writeBooleanField("complete", result.isComplete());
      json.writeStringField("event_id", result.eventId);
      writeTime(json, "processing_time", result.processingTime);
      writeModel(json, result.image);
      json.writeEndObject();
      complete &= result.isComplete();
    }
    json.writeEndArray();
    json.writeBooleanField("complete", complete);
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
    json.writeNumberField("entity_count", count);
    json.writeBooleanField("entities_cut", count > entities.size());
    json.writeArrayFieldStart("entities");
    for (Entity entity : entities) {
      entity.write(json);
    }
    json.writeEndArray();
    writePairs(json, entities);
  }

  private static void writePairs(JsonGenerator json, List<Entity> entities) throws IOException {
    json.writeArrayFieldStart("pairs");
    for (Entity subject : entities) {
      for (Entity object : entities) {
        if (subject.number() == object.number()
            || !subject.request().requestId.equals(object.request().requestId)) {
          continue;
        }
        Box a = subject.facts().box();
        Box b = object.facts().box();
        Set<BoxRelation> relations = BoxRelations.of(a, b);
        if (relations.isEmpty()) {
          continue;
        }
        json.writeStartObject();
        json.writeObjectFieldStart("subject");
        subject.writeShared(json);
        json.writeEndObject();
        json.writeObjectFieldStart("object");
        object.writeShared(json);
        json.writeEndObject();
        json.writeArrayFieldStart("relations");
        for (BoxRelation relation : relations) {
          json.writeString(relation.id());
        }
        json.writeEndArray();
        json.writeNumberField("distance", (float) BoxRelations.distance(a, b));
        json.writeNumberField("iou", (float) BoxRelations.intersectionOverUnion(a, b));
        json.writeEndObject();
      }
    }
    json.writeEndArray();
  }

  private static void writeText(JsonGenerator json, String name, @Nullable String text)
      throws IOException {
    if (text != null) {
      json.writeStringField(name, text);
    }
  }

  private static void writeTime(JsonGenerator json, String name, long millis) throws IOException {
    json.writeStringField(name, Instant.ofEpochMilli(millis).toString());
  }

  /**
   * One box of one phrase.
   *
   * @param number its place in the document, from 0
   * @param boxOrdinal its place among the boxes of the phrase, from 0
   */
  private record Entity(
      int number, RequestFacts request, PhraseFacts phrase, int boxOrdinal, BoxFacts facts) {

    void write(JsonGenerator json) throws IOException {
      json.writeStartObject();
      writeShared(json);
      json.writeStringField("task", request.task);
      json.writeNumberField("ordinal", phrase.ordinal);
      json.writeNumberField("box_ordinal", boxOrdinal);
      writeText(json, "caption", request.caption);
      json.writeEndObject();
    }

    /** Writes what pairs repeat, so that one condition can ask for both. */
    void writeShared(JsonGenerator json) throws IOException {
      Box box = facts.box();
      json.writeNumberField("entity", number);
      json.writeStringField("phrase", phrase.phrase);
      json.writeStringField("normalised", normalise(phrase.phrase));
      json.writeStringField("request_id", request.requestId);
      json.writeNumberField("x_min", box.xMin());
      json.writeNumberField("y_min", box.yMin());
      json.writeNumberField("x_max", box.xMax());
      json.writeNumberField("y_max", box.yMax());
      json.writeNumberField("centre_x", box.centreX());
      json.writeNumberField("centre_y", box.centreY());
      json.writeNumberField("box_width", box.width());
      json.writeNumberField("box_height", box.height());
      json.writeNumberField("area", box.area());
      if (facts.confidence != null) {
        json.writeNumberField("confidence", facts.confidence.floatValue());
      }
      json.writeStringField("source", facts.source);
    }
  }
}
