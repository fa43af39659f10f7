package io.groundstream.operators.output;

import io.groundstream.schemas.RecordFormat;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Options for the form of results in topics. */
public final class ResultOptions {
  public static final ConfigOption<RecordFormat> FORMAT =
      ConfigOptions.key("results.format")
          .enumType(RecordFormat.class)
          .defaultValue(RecordFormat.AVRO)
          .withDescription(
              "The format of images and phrases in topics: avro (in Confluent's wire format), json"
                  + " (without a registry), json-schema or protobuf (both in Confluent's wire"
                  + " format).");

  public static final ConfigOption<RecordFormat> IMAGES =
      ConfigOptions.key("results.format.images")
          .enumType(RecordFormat.class)
          .noDefaultValue()
          .withDescription("The format of images in their topic, if it differs.");

  public static final ConfigOption<RecordFormat> PHRASES =
      ConfigOptions.key("results.format.phrases")
          .enumType(RecordFormat.class)
          .noDefaultValue()
          .withDescription("The format of phrases in their topic, if it differs.");

  public static final ConfigOption<RecordFormat> DEAD_LETTERS =
      ConfigOptions.key("results.format.dead-letters")
          .enumType(RecordFormat.class)
          .defaultValue(RecordFormat.AVRO)
          .withDescription(
              "The format of dead letters in their topic. It does not follow results.format, so"
                  + " that tools for dead letters find one format in all jobs.");

  public static final ConfigOption<Boolean> CLOUDEVENTS =
      ConfigOptions.key("results.cloudevents")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether records in topics have the headers of CloudEvents 1.0 in binary mode, in any"
                  + " format: ce_id is made of the record's kind and the event's origin, and is the"
                  + " same after a restart;"
                  + " ce_type is io.groundstream.grounded-image, io.groundstream.grounded-phrase or"
                  + " io.groundstream.dead-letter; ce_subject is the image's identifier.");

  public static final ConfigOption<String> CLOUDEVENTS_SOURCE =
      ConfigOptions.key("results.cloudevents.source")
          .stringType()
          .defaultValue("/groundstream")
          .withDescription("The ce_source of CloudEvents: a URI reference that names this job.");

  private ResultOptions() {}

  /** Returns all options. */
  public static List<ConfigOption<?>> all() {
    return List.of(FORMAT, IMAGES, PHRASES, DEAD_LETTERS, CLOUDEVENTS, CLOUDEVENTS_SOURCE);
  }
}
