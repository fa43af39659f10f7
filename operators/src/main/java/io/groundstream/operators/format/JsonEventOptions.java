package io.groundstream.operators.format;

import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/** Where the fields of an event are in JSON. */
public final class JsonEventOptions {
  /** What becomes of members that no option selects. */
  public enum UnknownFields {
    IGNORE("ignore"),
    ATTRIBUTES("attributes");

    private final String id;

    UnknownFields(String id) {
      this.id = id;
    }

    @Override
    public String toString() {
      return id;
    }
  }

  private static final String RULE =
      " JSON Pointers, of which the first that finds a suitable value counts; see formats.md.";

  public static final ConfigOption<List<String>> EVENT_ID =
      pointers(
          "event-id",
          "The event's id: text or a whole number.",
          "/event_id",
          "/id",
          "/_id/$oid",
          "/_id",
          "/uuid");

  public static final ConfigOption<List<String>> IMAGE_ID =
      pointers("image-id", "The image's id: text or a whole number.", "/image_id", "/image/id");

  public static final ConfigOption<List<String>> IMAGE_BYTES =
      pointers(
          "image-bytes",
          "The image in base64, of the usual or the URL-safe alphabet. Text that begins with a"
              + " scheme, such as https: or data:, is a URI of the image. Bytes are preferred to a"
              + " URI.",
          "/image_bytes",
          "/image_base64",
          "/image/bytes",
          "/image/data",
          "/image",
          "/bytes",
          "/data");

  public static final ConfigOption<List<String>> IMAGE_URI =
      pointers(
          "image-uri",
          "The URI of the image.",
          "/image_uri",
          "/image_url",
          "/image/uri",
          "/image/url",
          "/uri",
          "/url",
          "/href");

  public static final ConfigOption<List<String>> TASK =
      pointers(
          "task",
          "The task of the event's only request, such as grounded-caption, or a list of tasks.",
          "/task",
          "/tasks");

  public static final ConfigOption<List<String>> TEXT =
      pointers(
          "text",
          "The text of the event's only request; used only together with a task.",
          "/text",
          "/question",
          "/phrase");

  public static final ConfigOption<List<String>> BOXES =
      pointers(
          "boxes",
          "The boxes of the event's only request: a list of objects with x_min, y_min, x_max and"
              + " y_max in 0..1; used only together with a task.",
          "/boxes");

  public static final ConfigOption<List<String>> REQUESTS =
      pointers(
          "requests",
          "The requests: a list of objects with task and, where the task needs them, text, boxes"
              + " and request_id. Preferred to a task.",
          "/requests");

  public static final ConfigOption<List<String>> EVENT_TIME =
      pointers(
          "event-time",
          "The time of the event: text such as 2026-01-31T12:00:00Z, or the time since 1970 as a"
              + " number, whose size tells seconds, milliseconds, microseconds and nanoseconds"
              + " apart.",
          "/event_time",
          "/time",
          "/timestamp",
          "/created_at",
          "/ts");

  public static final ConfigOption<List<String>> DEADLINE =
      pointers("deadline", "The event's deadline, written like its time.", "/deadline");

  public static final ConfigOption<List<String>> PRIORITY =
      pointers("priority", "The event's priority, a whole number.", "/priority");

  public static final ConfigOption<List<String>> ATTRIBUTES =
      pointers(
          "attributes",
          "An object whose members become attributes: objects are flattened with dots between the"
              + " names, lists stay JSON, nulls are left out.",
          "/attributes");

  public static final ConfigOption<List<String>> FURTHER_IMAGES =
      pointers(
          "further-images",
          "Images besides the event's own, for requests with parts: a list of URIs, images in"
              + " base64, or objects with image_uri or image_bytes.",
          "/further_images");

  public static final ConfigOption<List<String>> DEMONSTRATIONS =
      pointers(
          "demonstrations",
          "What the model is shown before the event's image: a list of objects with image_uri or"
              + " image_bytes, text, and perhaps boxes.",
          "/demonstrations");

  public static final ConfigOption<UnknownFields> UNKNOWN_FIELDS =
      ConfigOptions.key("events.json.unknown-fields")
          .enumType(UnknownFields.class)
          .defaultValue(UnknownFields.IGNORE)
          .withDescription(
              "What becomes of the object's members in which no field of the event was found."
                  + " attributes: they become attributes, like the members of"
                  + " events.json.attributes.");

  public static final ConfigOption<MemorySize> MAX_BYTES =
      ConfigOptions.key("events.json.max-bytes")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(32))
          .withDescription(
              "The largest JSON document. Reading one takes up to four times its size in memory.");

  private JsonEventOptions() {}

  private static ConfigOption<List<String>> pointers(
      String name, String meaning, String... defaults) {
    return ConfigOptions.key("events.json." + name)
        .stringType()
        .asList()
        .defaultValues(defaults)
        .withDescription(meaning + RULE);
  }

  static List<ConfigOption<?>> all() {
    return List.of(
        EventFormatOptions.ENVELOPE,
        EVENT_ID,
        IMAGE_ID,
        IMAGE_BYTES,
        IMAGE_URI,
        TASK,
        TEXT,
        BOXES,
        REQUESTS,
        EVENT_TIME,
        DEADLINE,
        PRIORITY,
        ATTRIBUTES,
        FURTHER_IMAGES,
        DEMONSTRATIONS,
        UNKNOWN_FIELDS,
        MAX_BYTES);
  }
}
