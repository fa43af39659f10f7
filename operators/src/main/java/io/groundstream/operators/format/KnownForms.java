package io.groundstream.operators.format;

import io.groundstream.images.MediaTypes;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventRecord;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Recognises records of other formats by their headers and first bytes, to name them. */
final class KnownForms {
  private static final byte[] OBJECT_CONTAINER = {'O', 'b', 'j', 1};
  private static final byte[] SINGLE_OBJECT = {(byte) 0xc3, 1};
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
  private static final byte[] GZIP = {0x1f, (byte) 0x8b};
  private static final byte[] FILE_TYPE_BOX = {'f', 't', 'y', 'p'};

  /** The beginnings of other images whose first byte is zero: JPEG 2000, JPEG XL, and icons. */
  private static final List<byte[]> BEGIN_WITH_ZERO =
      List.of(
          new byte[] {0, 0, 0, 12, 'j', 'P'},
          new byte[] {0, 0, 0, 12, 'J', 'X', 'L', ' '},
          new byte[] {0, 0, 1, 0},
          new byte[] {0, 0, 2, 0});

  private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8};
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};

  /** An identifier of a schema precedes at least one byte. */
  private static final int LEAST_WIRE_BYTES = 6;

  /** A registry's identifiers are small; other bytes after a zero rarely are. */
  private static final int MOST_ID = 1 << 24;

  private KnownForms() {}

  /**
   * Returns what a record looks like and the format to configure.
   *
   * @param format the configured format, which is not named
   * @return null if the record looks like none, or like the configured one
   */
  static @Nullable String hint(EventRecord record, String format) {
    byte[] value = record.getValue();
    if (value == null || value.length == 0) {
      return null;
    }
    String contentType = contentType(record);
    if (EventFacts.header(record, CloudEvent.VERSION_HEADER) != null
        || contentType.startsWith(CloudEvent.STRUCTURED)) {
      return hint("a CloudEvent", CloudEventsFormat.NAME, format);
    }
    if (isImage(value)) {
      return hint(imageName(value), ImageEventFormat.NAME, format);
    }
    if (isJson(value)) {
      return hint("JSON", JsonEventFormat.NAME, format);
    }
    if (isWire(value)) {
      if (isJson(Arrays.copyOfRange(value, LEAST_WIRE_BYTES - 1, value.length))) {
        return hint("JSON in the Confluent wire format", JsonSchemaEventFormat.NAME, format);
      }
      if (format.equals(ProtobufEventFormat.NAME)) {
        return null;
      }
      return hint("Avro or Protobuf in the Confluent wire format", AvroEventFormat.NAME, format);
    }
    if (startsWith(value, OBJECT_CONTAINER)) {
      return "this looks like an Avro file, which is not read from topics";
    }
    if (startsWith(value, SINGLE_OBJECT)) {
      return "this looks like Avro in its single-object encoding, which is not read from topics";
    }
    return startsWith(value, GZIP)
        ? "this looks like gzip; compress with the producer's compression.type instead"
        : null;
  }

  /**
   * Returns whether bytes begin like an image, also of formats that are decoded only on request.
   */
  static boolean isImage(byte[] value) {
    return MediaTypes.isImage(value) || isBoxed(value);
  }

  /** Returns whether bytes begin like an ISO base media file, such as AVIF and HEIC. */
  private static boolean isBoxed(byte[] value) {
    return value.length >= 8 && Arrays.equals(value, 4, 8, FILE_TYPE_BOX, 0, FILE_TYPE_BOX.length);
  }

  /**
   * Returns whether the first visible byte begins an object or a list, after any byte order mark.
   */
  static boolean isJson(byte[] value) {
    int index = startsWith(value, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
    while (index < value.length && value[index] >= 0 && value[index] <= ' ') {
      if (value[index] == 0) {
        return false;
      }
      index++;
    }
    return index < value.length && (value[index] == '{' || value[index] == '[');
  }

  /** Returns the record's media type in lower case without parameters; empty if it has none. */
  static String contentType(EventRecord record) {
    byte[] header = EventFacts.header(record, CloudEvent.CONTENT_TYPE);
    return header == null ? "" : mediaType(new String(header, StandardCharsets.UTF_8));
  }

  static String mediaType(String contentType) {
    int parameters = contentType.indexOf(';');
    return (parameters < 0 ? contentType : contentType.substring(0, parameters))
        .strip()
        .toLowerCase(Locale.ROOT);
  }

  private static boolean isWire(byte[] value) {
    if (value.length < LEAST_WIRE_BYTES
        || value[0] != 0
        || BEGIN_WITH_ZERO.stream().anyMatch(begin -> startsWith(value, begin))) {
      return false;
    }
    int id =
        (value[1] & 0xff) << 24
            | (value[2] & 0xff) << 16
            | (value[3] & 0xff) << 8
            | (value[4] & 0xff);
    return id > 0 && id < MOST_ID;
  }

  private static String imageName(byte[] value) {
    return startsWith(value, JPEG) ? "a JPEG" : startsWith(value, PNG) ? "a PNG" : "an image";
  }

  private static @Nullable String hint(String look, String wanted, String configured) {
    return wanted.equals(configured)
        ? null
        : "this looks like " + look + "; set " + EventFormatOptions.FORMAT.key() + ": " + wanted;
  }

  private static boolean startsWith(byte[] value, byte[] prefix) {
    return value.length >= prefix.length
        && Arrays.equals(value, 0, prefix.length, prefix, 0, prefix.length);
  }
}
