package io.groundstream.operators.format;

import io.groundstream.avro.ImageEvent;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.settings.SettingsReader;
import java.nio.ByteBuffer;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** Records whose value is the encoded image. */
@API(status = API.Status.INTERNAL)
public final class ImageEventFormat implements EventFormat {
  static final String NAME = "image";

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
      return record -> decode(identity, record);
    }
  }

  private static ImageEvent decode(RecordIdentity identity, EventRecord record)
      throws GroundingException {
    byte[] value = record.getValue();
    if (value != null && !KnownForms.isImage(value)) {
      String hint = KnownForms.hint(record, NAME);
      if (hint != null) {
        throw new GroundingException(
            OperatorErrorCode.FORMAT_MISMATCH, "the value is not an image: " + hint);
      }
    }
    return identity.complete(event(value), record);
  }

  /** Returns an event with this image only. */
  static ImageEvent event(byte @Nullable [] image) {
    return ImageEvent.newBuilder()
        .setImageBytes(image == null ? null : ByteBuffer.wrap(image))
        .build();
  }
}
