package io.groundstream.operators.format;

import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Options of all formats of events. */
public final class EventFormatOptions {
  /** What is around the event in a document. */
  public enum Envelope {
    NONE("none"),
    CONNECT("connect"),
    DEBEZIUM("debezium");

    private final String id;

    Envelope(String id) {
      this.id = id;
    }

    @Override
    public String toString() {
      return id;
    }
  }

  public static final ConfigOption<String> FORMAT =
      ConfigOptions.key("events.format")
          .stringType()
          .defaultValue("avro")
          .withDescription(
              "The format of the records of the events topic. avro: image events of the schema"
                  + " ImageEvent in the Confluent wire format, with the schema's id before the"
                  + " value or in a header. image: the value is the encoded image. json: the value"
                  + " is a JSON object, of which the options events.json.* select the fields."
                  + " cloudevents: a CloudEvent 1.0 in the binary or structured mode of its Kafka"
                  + " binding, whose data is an image, JSON, or Avro. json-schema and protobuf: a"
                  + " JSON object or a message of Protobuf in the Confluent wire format, with"
                  + " fields as in json. Other names are formats that users add to the class"
                  + " path.");

  public static final ConfigOption<Envelope> ENVELOPE =
      ConfigOptions.key("events.envelope")
          .enumType(Envelope.class)
          .defaultValue(Envelope.NONE)
          .withDescription(
              "What is around the event in JSON, also in the JSON data of CloudEvents. connect:"
                  + " the schema and payload of Kafka Connect's JsonConverter. debezium: a change"
                  + " of a row, with or without that schema; created, updated and snapshotted rows"
                  + " are events, and deletions and truncations are skipped. avro and protobuf have"
                  + " debezium, too: the fields of the row are then found as those of JSON.");

  public static final ConfigOption<String> EVENT_ID_HEADER =
      ConfigOptions.key("events.event-id-header")
          .stringType()
          .defaultValue("event-id")
          .withDescription(
              "The header with the event's id in UTF-8, for records without one in their value."
                  + " Without such a header, the id is TOPIC:PARTITION:OFFSET, which a replay"
                  + " keeps. Not for avro, whose records have an id.");

  public static final ConfigOption<String> IMAGE_ID_HEADER =
      ConfigOptions.key("events.image-id-header")
          .stringType()
          .defaultValue("image-id")
          .withDescription(
              "The header with the image's id in UTF-8, for records without one in their value."
                  + " Not for avro.");

  public static final ConfigOption<Boolean> KEY_IS_IMAGE_ID =
      ConfigOptions.key("events.key-is-image-id")
          .booleanType()
          .defaultValue(true)
          .withDescription(
              "Whether the record's key is the image's id if neither the value nor a header has"
                  + " one. Keys that are not text, longer than 1024 bytes, or JSON are not used;"
                  + " the image's id is then the event's. Not for avro.");

  public static final ConfigOption<List<String>> ATTRIBUTE_HEADERS =
      ConfigOptions.key("events.attribute-headers")
          .stringType()
          .asList()
          .defaultValues()
          .withDescription(
              "The headers that become attributes of the event under their own names; those that a"
                  + " record lacks are left out. The context attributes and extensions of"
                  + " CloudEvents are named as in binary mode, such as ce_type, in both modes.");

  private EventFormatOptions() {}

  static List<ConfigOption<?>> all() {
    return List.of(FORMAT, EVENT_ID_HEADER, IMAGE_ID_HEADER, KEY_IS_IMAGE_ID, ATTRIBUTE_HEADERS);
  }
}
