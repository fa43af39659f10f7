package io.groundstream.operators.format;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.avro.ImageEvent;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.format.EventFormatOptions.Envelope;
import io.groundstream.operators.settings.SettingsReader;
import io.groundstream.schemas.RecordErrorCode;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.WireFormat;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Events as JSON objects in the Confluent wire format, with the identifier of a JSON Schema.
 *
 * <p>The schema is not looked up: documents describe themselves, and its checks are those of the
 * producer. So neither an unknown identifier nor an unavailable registry keeps an event.
 */
@API(status = API.Status.INTERNAL)
public final class JsonSchemaEventFormat implements EventFormat {
  static final String NAME = "json-schema";

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
    public @Nullable ImageEvent decode(EventRecord record)
        throws GroundingException, RecordException {
      byte[] value = record.getValue();
      int start = start(record, value);
      byte[] bytes = value == null ? new byte[0] : Arrays.copyOfRange(value, start, value.length);
      if (!KnownForms.isJson(bytes)) {
        String hint = KnownForms.hint(record, NAME);
        throw new GroundingException(
            OperatorErrorCode.FORMAT_MISMATCH,
            "the value is not JSON behind the identifier of its schema"
                + (hint == null ? " (expected: a JSON object)" : ": " + hint));
      }
      int most = mapper.settings().maxBytes();
      JsonNode root = JsonEnvelope.open(envelope, JsonDocument.parse(bytes, most), most);
      return root == null ? null : identity.complete(mapper.event(root), record);
    }

    private static int start(EventRecord record, byte @Nullable [] value) throws RecordException {
      byte[] header = EventFacts.header(record, WireFormat.VALUE_HEADER);
      try {
        int start = WireFormat.of(value, header).start();
        // The header may have been copied to a record that also has the identifier in front.
        return start == 0 && value != null && value.length > 0 && value[0] <= 1
            ? WireFormat.ofPrefix(value).start()
            : start;
      } catch (RecordException e) {
        String hint =
            e.errorCode() == RecordErrorCode.BAD_MAGIC ? KnownForms.hint(record, NAME) : null;
        throw hint == null ? e : e.withHint(hint);
      }
    }

    @Override
    public String imageFields() {
      return mapper.imageFields();
    }
  }
}
