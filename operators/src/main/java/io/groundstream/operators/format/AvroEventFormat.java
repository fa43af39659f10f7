package io.groundstream.operators.format;

import io.groundstream.avro.ImageEvent;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.settings.SettingsReader;
import io.groundstream.schemas.RecordErrorCode;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** Image events in Avro, in the Confluent wire format. */
@API(status = API.Status.INTERNAL)
public final class AvroEventFormat implements EventFormat {
  static final String NAME = "avro";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Opener configure(SettingsReader reader) {
    return new Checked(RecordIdentity.read(reader));
  }

  private record Checked(RecordIdentity identity) implements Opener {
    @Override
    public EventDecoder open(EventDecoderContext context) {
      EventDecoder avro = context.avro();
      return record -> decode(avro, identity, record);
    }
  }

  private static @Nullable ImageEvent decode(
      EventDecoder avro, RecordIdentity identity, EventRecord record)
      throws GroundingException,
          RecordException,
          RegistryUnavailableException,
          InterruptedException {
    try {
      ImageEvent event = avro.decode(record);
      return event == null ? null : identity.withAttributes(event, record);
    } catch (RecordException e) {
      String hint =
          e.errorCode() == RecordErrorCode.BAD_MAGIC ? KnownForms.hint(record, NAME) : null;
      throw hint == null ? e : e.withHint(hint);
    }
  }
}
