package io.groundstream.operators.format;

import com.fasterxml.jackson.core.JsonPointer;
import io.groundstream.operators.settings.SettingsReader;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;

/**
 * Checked {@link JsonEventOptions}.
 *
 * @param maxBytes the size of the largest document
 */
record JsonFieldSettings(
    Pointers eventId,
    Pointers imageId,
    Pointers imageBytes,
    Pointers imageUri,
    Pointers task,
    Pointers text,
    Pointers boxes,
    Pointers requests,
    Pointers eventTime,
    Pointers deadline,
    Pointers priority,
    Pointers attributes,
    Pointers furtherImages,
    Pointers demonstrations,
    boolean unknownAsAttributes,
    int maxBytes)
    implements Serializable {

  /**
   * Where one field may be.
   *
   * @param configured whether the configuration names the places, rather than the defaults
   */
  record Pointers(List<String> paths, boolean configured) implements Serializable {
    Pointers {
      paths = List.copyOf(paths);
    }
  }

  static JsonFieldSettings read(SettingsReader reader) {
    return new JsonFieldSettings(
        pointers(reader, JsonEventOptions.EVENT_ID),
        pointers(reader, JsonEventOptions.IMAGE_ID),
        pointers(reader, JsonEventOptions.IMAGE_BYTES),
        pointers(reader, JsonEventOptions.IMAGE_URI),
        pointers(reader, JsonEventOptions.TASK),
        pointers(reader, JsonEventOptions.TEXT),
        pointers(reader, JsonEventOptions.BOXES),
        pointers(reader, JsonEventOptions.REQUESTS),
        pointers(reader, JsonEventOptions.EVENT_TIME),
        pointers(reader, JsonEventOptions.DEADLINE),
        pointers(reader, JsonEventOptions.PRIORITY),
        pointers(reader, JsonEventOptions.ATTRIBUTES),
        pointers(reader, JsonEventOptions.FURTHER_IMAGES),
        pointers(reader, JsonEventOptions.DEMONSTRATIONS),
        reader.get(JsonEventOptions.UNKNOWN_FIELDS, any -> true, "ignore or attributes")
            == JsonEventOptions.UnknownFields.ATTRIBUTES,
        (int)
            reader
                .get(
                    JsonEventOptions.MAX_BYTES,
                    size -> size.getBytes() > 0 && size.getBytes() <= Integer.MAX_VALUE / 4,
                    "1 b to 512 mb")
                .getBytes());
  }

  private static Pointers pointers(SettingsReader reader, ConfigOption<List<String>> option) {
    List<String> paths =
        reader.get(
            option,
            all -> all.stream().allMatch(JsonFieldSettings::isPointer),
            "JSON Pointers such as /image/url, with ; between them");
    return new Pointers(paths, reader.isSet(option));
  }

  private static boolean isPointer(String text) {
    try {
      return !JsonPointer.compile(text).matches();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
