package io.groundstream.operators.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Descriptors.Descriptor;
import io.groundstream.avro.ImageEvent;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.format.EventFormatOptions.Envelope;
import io.groundstream.operators.settings.SettingsReader;
import io.groundstream.schemas.MessageIndexes;
import io.groundstream.schemas.RecordErrorCode;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaText;
import io.groundstream.schemas.SchemaType;
import io.groundstream.schemas.WireFormat;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Events as Protobuf messages in the Confluent wire format: the identifier of a schema and the
 * indexes of the message in it precede the message. Its fields are found as those of JSON.
 */
@API(status = API.Status.INTERNAL)
public final class ProtobufEventFormat implements EventFormat {
  static final String NAME = "protobuf";

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
        reader.get(
            EventFormatOptions.ENVELOPE,
            envelope -> envelope != Envelope.CONNECT,
            "none or debezium with " + EventFormatOptions.FORMAT.key() + ": " + NAME));
  }

  private record Checked(RecordIdentity identity, JsonFieldSettings settings, Envelope envelope)
      implements Opener {
    @Override
    public EventDecoder open(EventDecoderContext context) {
      return new Decoder(
          identity, new JsonEventMapper(settings), envelope, context.schemas(Messages::of));
    }
  }

  /**
   * The messages of a schema.
   *
   * @param schema null if the registry's schema cannot be used
   * @param problem why it cannot
   */
  private record Messages(@Nullable ProtobufSchema schema, String problem) {
    static Messages of(SchemaText text) {
      if (text.type() != SchemaType.PROTOBUF) {
        return new Messages(null, "a schema of type " + text.type() + " (expected: PROTOBUF)");
      }
      try {
        return new Messages(ProtobufSchema.parse(text), "");
      } catch (IllegalArgumentException e) {
        return new Messages(null, e.getMessage() + " (expected: the text of a .proto file)");
      }
    }
  }

  private record Decoder(
      RecordIdentity identity,
      JsonEventMapper mapper,
      Envelope envelope,
      RecordSchemas<Messages> schemas)
      implements EventDecoder {
    @Override
    public @Nullable ImageEvent decode(EventRecord record)
        throws GroundingException,
            RecordException,
            RegistryUnavailableException,
            InterruptedException {
      byte[] value = record.getValue();
      byte[] bytes = value == null ? new byte[0] : value;
      int most = mapper.settings().maxBytes();
      if (bytes.length > most) {
        throw new GroundingException(
            OperatorErrorCode.EVENT_TOO_LARGE,
            "bytes: "
                + bytes.length
                + " (expected: at most "
                + most
                + ", "
                + JsonEventOptions.MAX_BYTES.key()
                + ")");
      }
      RecordSchemas.Named<Messages> named = named(record);
      byte[] header =
          named.start() == 0 ? EventFacts.header(record, WireFormat.VALUE_HEADER) : null;
      // Whichever place has the identifier also has the indexes.
      MessageIndexes indexes =
          header == null
              ? MessageIndexes.read(bytes, named.start())
              : MessageIndexes.read(header, WireFormat.ofPrefix(header).start());
      Descriptor type = message(named, indexes);
      JsonNode tree = ProtobufTree.read(bytes, header == null ? indexes.start() : 0, type);
      JsonNode root = JsonEnvelope.open(envelope, tree, most);
      return root == null ? null : identity.complete(mapper.event(root), record);
    }

    private RecordSchemas.Named<Messages> named(EventRecord record)
        throws RecordException, RegistryUnavailableException, InterruptedException {
      try {
        return schemas.of(record);
      } catch (RecordException e) {
        String hint =
            e.errorCode() == RecordErrorCode.BAD_MAGIC ? KnownForms.hint(record, NAME) : null;
        throw hint == null ? e : e.withHint(hint);
      }
    }

    private static Descriptor message(RecordSchemas.Named<Messages> named, MessageIndexes indexes)
        throws GroundingException {
      ProtobufSchema schema = named.made().schema();
      if (schema == null) {
        throw new GroundingException(
            OperatorErrorCode.SCHEMA_UNSUPPORTED,
            "schema " + named.id() + ": " + named.made().problem());
      }
      Descriptor message = schema.message(indexes.path());
      if (message == null) {
        throw new GroundingException(
            OperatorErrorCode.PROTOBUF_INVALID,
            "message indexes: "
                + indexes.path()
                + " (expected: those of a message of schema "
                + named.id()
                + ")");
      }
      return message;
    }

    @Override
    public String imageFields() {
      return mapper.imageFields();
    }
  }
}
