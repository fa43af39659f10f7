package io.groundstream.operators.format;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.avro.ImageEvent;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.format.EventFormatOptions.Envelope;
import io.groundstream.operators.settings.SettingsReader;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** Events as JSON objects. */
@API(status = API.Status.INTERNAL)
public final class JsonEventFormat implements EventFormat {
  static final String NAME = "json";

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
      return new Decoder(identity, new JsonEventMapper(settings), envelope);
    }
  }

  private record Decoder(RecordIdentity identity, JsonEventMapper mapper, Envelope envelope)
      implements EventDecoder {
    @Override
    public @Nullable ImageEvent decode(EventRecord record) throws GroundingException {
      byte[] value = record.getValue();
      byte[] bytes = value == null ? new byte[0] : value;
      if (!KnownForms.isJson(bytes)) {
        String hint = KnownForms.hint(record, NAME);
        if (hint != null) {
          throw new GroundingException(
              OperatorErrorCode.FORMAT_MISMATCH, "the value is not JSON: " + hint);
        }
      }
      JsonNode root =
          JsonEnvelope.open(
              envelope,
              JsonDocument.parse(bytes, mapper.settings().maxBytes()),
              mapper.settings().maxBytes());
      return root == null ? null : identity.complete(mapper.event(root), record);
    }

    @Override
    public String imageFields() {
      return mapper.imageFields();
    }
  }
}
