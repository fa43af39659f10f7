package io.groundstream.operators.format;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.avro.ImageEvent;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.format.EventFormatOptions.Envelope;
import io.groundstream.operators.settings.SettingsReader;
import io.groundstream.schemas.RecordErrorCode;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaText;
import io.groundstream.schemas.SchemaType;
import java.util.List;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.flink.configuration.ConfigOption;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Image events in Avro, in the Confluent wire format; or, with an envelope, rows in Avro whose
 * fields are found as those of JSON.
 */
@API(status = API.Status.INTERNAL)
public final class AvroEventFormat implements EventFormat {
  static final String NAME = "avro";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<ConfigOption<?>> options() {
    return JsonEventOptions.all();
  }

  @Override
  public boolean uses(ConfigOption<?> option, SettingsReader reader) {
    return option.equals(EventFormatOptions.ENVELOPE)
        || (envelope(reader) != Envelope.NONE && options().contains(option));
  }

  private static Envelope envelope(SettingsReader reader) {
    return reader.get(
        EventFormatOptions.ENVELOPE,
        envelope -> envelope != Envelope.CONNECT,
        "none or debezium with " + EventFormatOptions.FORMAT.key() + ": " + NAME);
  }

  @Override
  public Opener configure(SettingsReader reader) {
    RecordIdentity identity = RecordIdentity.read(reader);
    return envelope(reader) == Envelope.NONE
        ? new Events(identity)
        : new Rows(identity, JsonFieldSettings.read(reader));
  }

  private record Events(RecordIdentity identity) implements Opener {
    @Override
    public EventDecoder open(EventDecoderContext context) {
      EventDecoder avro = context.avro();
      return record -> {
        ImageEvent event =
            withHint(record, one -> Optional.ofNullable(avro.decode(one))).orElse(null);
        return event == null ? null : identity.withAttributes(event, record);
      };
    }
  }

  private record Rows(RecordIdentity identity, JsonFieldSettings settings) implements Opener {
    @Override
    public EventDecoder open(EventDecoderContext context) {
      return new RowDecoder(
          identity, new JsonEventMapper(settings), context.schemas(RowSchema::of));
    }
  }

  /**
   * The schema of a row.
   *
   * @param schema null if the registry's schema cannot be used
   * @param problem why it cannot
   */
  private record RowSchema(@Nullable Schema schema, String problem) {
    static RowSchema of(SchemaText text) {
      if (text.type() != SchemaType.AVRO) {
        return new RowSchema(null, "a schema of type " + text.type() + " (expected: AVRO)");
      }
      try {
        Schema.Parser parser = new Schema.Parser();
        text.references().values().forEach(parser::parse);
        return new RowSchema(parser.parse(text.text()), "");
      } catch (AvroRuntimeException e) {
        return new RowSchema(null, e.getMessage() + " (expected: a schema of Avro)");
      }
    }
  }

  private record RowDecoder(
      RecordIdentity identity, JsonEventMapper mapper, RecordSchemas<RowSchema> schemas)
      implements EventDecoder {
    @Override
    public @Nullable ImageEvent decode(EventRecord record)
        throws GroundingException,
            RecordException,
            RegistryUnavailableException,
            InterruptedException {
      RecordSchemas.Named<RowSchema> named = withHint(record, schemas::of);
      Schema schema = named.made().schema();
      byte[] value = record.getValue();
      if (schema == null || value == null) {
        throw new GroundingException(
            OperatorErrorCode.SCHEMA_UNSUPPORTED,
            "schema " + named.id() + ": " + named.made().problem());
      }
      JsonNode root =
          JsonEnvelope.open(
              Envelope.DEBEZIUM,
              AvroTree.read(value, named.start(), schema),
              mapper.settings().maxBytes());
      return root == null ? null : identity.complete(mapper.event(root), record);
    }

    @Override
    public String imageFields() {
      return mapper.imageFields();
    }
  }

  /** Reads something of a record. */
  @FunctionalInterface
  private interface Reading<T> {
    T of(EventRecord record)
        throws GroundingException,
            RecordException,
            RegistryUnavailableException,
            InterruptedException;
  }

  /** Names the format that a record looks like if it is not Avro. */
  private static <T> T withHint(EventRecord record, Reading<T> reading)
      throws GroundingException,
          RecordException,
          RegistryUnavailableException,
          InterruptedException {
    try {
      return reading.of(record);
    } catch (RecordException e) {
      String hint =
          e.errorCode() == RecordErrorCode.BAD_MAGIC ? KnownForms.hint(record, NAME) : null;
      throw hint == null ? e : e.withHint(hint);
    }
  }
}
