package io.groundstream.operators.format;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.avro.ImageEvent;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.format.EventFormatOptions.Envelope;
import io.groundstream.operators.settings.SettingsReader;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** CloudEvents whose data is an image, JSON, or an image event in Avro. */
@API(status = API.Status.INTERNAL)
public final class CloudEventsFormat implements EventFormat {
  static final String NAME = "cloudevents";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<ConfigOption<?>> options() {
    return JsonEventOptions.all();
  }

  @Override
  public Opener configure(SettingsReader reader) {
    return new Checked(
        RecordIdentity.read(reader),
        JsonFieldSettings.read(reader),
        reader.get(EventFormatOptions.ENVELOPE, any -> true, "none, connect or debezium"));
  }

  private record Checked(RecordIdentity identity, JsonFieldSettings settings, Envelope envelope)
      implements Opener {
    @Override
    public EventDecoder open(EventDecoderContext context) {
      return new Decoder(identity, new JsonEventMapper(settings), envelope, context.avro());
    }
  }

  private record Decoder(
      RecordIdentity identity, JsonEventMapper mapper, Envelope envelope, EventDecoder avro)
      implements EventDecoder {
    @Override
    public @Nullable ImageEvent decode(EventRecord record)
        throws GroundingException,
            RecordException,
            RegistryUnavailableException,
            InterruptedException {
      CloudEvent cloudEvent = CloudEvent.read(record, mapper.settings().maxBytes());
      EventRecord binary = cloudEvent.asBinary(record);
      ImageEvent event = data(cloudEvent, binary);
      if (event == null) {
        return null;
      }
      event.setEventId(cloudEvent.id());
      if (cloudEvent.subject() != null) {
        event.setImageId(cloudEvent.subject());
      }
      Instant time = cloudEvent.time();
      if (time != null) {
        event.setEventTime(time);
      }
      return identity.complete(event, binary);
    }

    /** In binary mode, an event without data has no value: all of it is in the headers. */
    @Override
    public boolean isTombstone(EventRecord record) {
      return EventFacts.isTombstone(record)
          && EventFacts.header(record, CloudEvent.VERSION_HEADER) == null;
    }

    private @Nullable ImageEvent data(CloudEvent cloudEvent, EventRecord binary)
        throws GroundingException,
            RecordException,
            RegistryUnavailableException,
            InterruptedException {
      byte[] bytes = cloudEvent.bytes();
      JsonNode json = cloudEvent.json();
      String type = cloudEvent.dataType();
      String reference = cloudEvent.dataReference();
      if (json == null && (bytes == null || bytes.length == 0) && reference != null) {
        return ImageEvent.newBuilder().setImageUri(reference).build();
      }
      if (json != null) {
        if (!type.isEmpty() && !isJson(type)) {
          throw CloudEvent.invalid(
              "data", "JSON with datacontenttype " + type, "data_base64 for bytes of this type");
        }
        return ofJson(json);
      }
      byte[] data = bytes == null ? new byte[0] : bytes;
      if (type.startsWith("image/") || (isUnknown(type) && KnownForms.isImage(data))) {
        return ImageEventFormat.event(data);
      }
      if (isJson(type) || (isUnknown(type) && KnownForms.isJson(data))) {
        return ofJson(JsonDocument.parse(data, mapper.settings().maxBytes()));
      }
      if (type.contains("avro")) {
        return avro.decode(binary);
      }
      throw CloudEvent.invalid(
          "datacontenttype",
          type.isEmpty() ? "absent, with data that is neither an image nor JSON" : type,
          "image/…, application/json, …+json or application/avro");
    }

    private @Nullable ImageEvent ofJson(JsonNode json) throws GroundingException {
      JsonNode document = json;
      if (json.isTextual()) {
        // Some producers serialise the data before the event.
        document =
            JsonDocument.parse(
                json.textValue().getBytes(StandardCharsets.UTF_8), mapper.settings().maxBytes());
      }
      JsonNode root = JsonEnvelope.open(envelope, document, mapper.settings().maxBytes());
      return root == null ? null : mapper.event(root);
    }

    private static boolean isJson(String type) {
      return type.equals("application/json") || type.equals("text/json") || type.endsWith("+json");
    }

    /** Returns whether the type says nothing: many producers set none, or that of any bytes. */
    private static boolean isUnknown(String type) {
      return type.isEmpty() || type.equals("application/octet-stream");
    }

    @Override
    public String imageFields() {
      return "data, " + mapper.imageFields();
    }
  }
}
