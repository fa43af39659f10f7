package io.groundstream.operators.format;

import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.OmittedAttribute;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.settings.SettingsReader;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Completes events with what their records have beside the value: identifiers and attributes.
 *
 * @param attributeHeaders the headers that become attributes
 */
record RecordIdentity(
    String eventIdHeader, String imageIdHeader, boolean keyIsImageId, List<String> attributeHeaders)
    implements Serializable {

  private static final int LONGEST_KEY = 1024;
  private static final Pattern POSITION =
      Pattern.compile("[a-zA-Z0-9._-]{1,249}:\\d{1,9}:\\d{1,18}");

  RecordIdentity {
    attributeHeaders = List.copyOf(attributeHeaders);
  }

  static RecordIdentity read(SettingsReader reader) {
    return new RecordIdentity(
        reader.get(EventFormatOptions.EVENT_ID_HEADER, name -> !name.isBlank(), "a name"),
        reader.get(EventFormatOptions.IMAGE_ID_HEADER, name -> !name.isBlank(), "a name"),
        reader.get(EventFormatOptions.KEY_IS_IMAGE_ID, any -> true, "true or false"),
        reader.get(
            EventFormatOptions.ATTRIBUTE_HEADERS,
            names -> names.stream().noneMatch(String::isBlank),
            "names with ; between them"));
  }

  /**
   * Sets the identifiers that the event lacks, and adds the attributes.
   *
   * @throws GroundingException if a header is not text in UTF-8
   */
  ImageEvent complete(ImageEvent event, EventRecord record) throws GroundingException {
    if (event.getEventId().isEmpty()) {
      String id = text(record, eventIdHeader);
      event.setEventId(id == null || id.isEmpty() ? position(record) : id);
    }
    if (event.getImageId() == null) {
      String id = text(record, imageIdHeader);
      event.setImageId(id == null || id.isEmpty() ? key(record.getKey()) : id);
    }
    return withAttributes(event, record);
  }

  /** Adds the headers that are attributes, and lists those that are too large. */
  ImageEvent withAttributes(ImageEvent event, EventRecord record) throws GroundingException {
    if (!attributeHeaders.isEmpty()) {
      JsonAttributes attributes = new JsonAttributes(event.getAttributes());
      for (String name : attributeHeaders) {
        String value = text(record, name);
        if (value != null) {
          attributes.add(name, value);
        }
      }
      event.setAttributes(attributes.values());
      if (!attributes.omitted().isEmpty()) {
        List<OmittedAttribute> omitted = new ArrayList<>(event.getOmittedAttributes());
        omitted.addAll(attributes.omitted());
        event.setOmittedAttributes(omitted);
      }
    }
    return event;
  }

  /** Returns the first position of the record, which a replay names. */
  private static String position(EventRecord record) throws GroundingException {
    String first = text(record, EventFacts.REPLAY_OF_HEADER);
    return first != null && POSITION.matcher(first).matches()
        ? first
        : record.getTopic() + ":" + record.getPartition() + ":" + record.getOffset();
  }

  private @Nullable String key(byte @Nullable [] key) {
    if (!keyIsImageId || key == null || key.length == 0 || key.length > LONGEST_KEY) {
      return null;
    }
    try {
      String text = utf8(key);
      boolean usable =
          text.codePoints().noneMatch(Character::isISOControl) && !KnownForms.isJson(key);
      return usable ? text : null;
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /**
   * Returns the text of the last header of a name; null if there is none or it has no value.
   *
   * @throws GroundingException if it is not UTF-8
   */
  static @Nullable String text(EventRecord record, String name) throws GroundingException {
    byte[] value = EventFacts.header(record, name);
    return value == null ? null : text(name, value);
  }

  /**
   * Returns the text of the value of a header.
   *
   * @throws GroundingException if it is not UTF-8
   */
  static String text(String name, byte[] value) throws GroundingException {
    try {
      return utf8(value);
    } catch (CharacterCodingException e) {
      throw new GroundingException(
          OperatorErrorCode.HEADER_INVALID,
          "header " + name + ": bytes that are not UTF-8 (expected: text in UTF-8)");
    }
  }

  private static String utf8(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }
}
