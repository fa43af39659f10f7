package io.groundstream.operators.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.groundstream.avro.ImageEvent;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.grounding.RegistryContext;
import io.groundstream.operators.settings.InvalidConfigurationException;
import io.groundstream.operators.settings.SettingsReader;
import io.groundstream.schemas.AvroWireDecoder;
import io.groundstream.schemas.AvroWireEncoder;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaText;
import io.groundstream.schemas.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Decoders and records for tests of formats. */
final class Formats {
  /** The beginning of a JPEG. */
  static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0, 0, 16};

  private static final AvroWireDecoder<ImageEvent> AVRO =
      new AvroWireDecoder<>(id -> ImageEvent.getClassSchema(), ImageEvent.class);

  private Formats() {}

  /** Returns a decoder as a job with this configuration has. */
  static EventDecoder decoder(Map<String, String> configuration) {
    return decoder(configuration, Map.of());
  }

  /** Returns a decoder as a job with this configuration and schemas in its registry has. */
  static EventDecoder decoder(
      Map<String, String> configuration, Map<Integer, SchemaText> registered) {
    SettingsReader reader = new SettingsReader(configuration);
    EventFormat.Opener opener = EventFormats.read(reader);
    try {
      reader.throwIfWrong();
    } catch (InvalidConfigurationException e) {
      throw new AssertionError(e);
    }
    return opener.open(context(registered));
  }

  /** Returns the context of a job with these schemas in its registry. */
  static EventDecoderContext context(Map<Integer, SchemaText> registered) {
    return new EventDecoderContext() {
      @Override
      public EventDecoder avro() {
        return record -> AVRO.decode(record.getValue());
      }

      @Override
      public <R> RecordSchemas<R> schemas(Function<SchemaText, R> made) {
        return RegistryContext.impatient(source(registered), /* ignoreRecordNames= */ true)
            .schemas(made);
      }
    };
  }

  private static AvroWireDecoder.SchemaSource source(Map<Integer, SchemaText> registered) {
    return new AvroWireDecoder.SchemaSource() {
      @Override
      public Schema byId(int id) throws RecordException {
        throw new IllegalStateException("not Avro");
      }

      @Override
      public SchemaText text(WireFormat format)
          throws RecordException, RegistryUnavailableException {
        SchemaText text = registered.get(format.id());
        return text == null
            // Fails as a registry does that does not know the schema.
            ? AvroWireDecoder.SchemaSource.super.text(
                new WireFormat(format.id(), new UUID(0, 0), 0))
            : text;
      }
    };
  }

  static EventDecoder decoder(String format) {
    return decoder(Map.of("events.format", format));
  }

  /** Returns a record at a fixed place. */
  static EventRecord record(byte @Nullable [] value) {
    EventRecord record = new EventRecord();
    record.setValue(value);
    record.setTopic("pictures");
    record.setPartition(2);
    record.setOffset(17);
    record.setTimestamp(1000);
    return record;
  }

  static EventRecord record(String value) {
    return record(utf8(value));
  }

  static EventRecord withHeader(EventRecord record, String name, byte[] value) {
    int count = record.getHeaderNames().length;
    String[] names = Arrays.copyOf(record.getHeaderNames(), count + 1);
    byte[][] values = Arrays.copyOf(record.getHeaderValues(), count + 1);
    names[count] = name;
    values[count] = value;
    record.setHeaderNames(names);
    record.setHeaderValues(values);
    return record;
  }

  static EventRecord withHeader(EventRecord record, String name, String value) {
    return withHeader(record, name, utf8(value));
  }

  static byte[] avro(ImageEvent event) {
    return AvroWireEncoder.withId(1, ImageEvent.class).encode(event);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static ImageEvent event(EventDecoder decoder, EventRecord record) {
    try {
      ImageEvent event = decoder.decode(record);
      assertThat(event).isNotNull();
      return event;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  static byte @Nullable [] image(ImageEvent event) {
    if (event.getImageBytes() == null) {
      return null;
    }
    byte[] bytes = new byte[event.getImageBytes().remaining()];
    event.getImageBytes().duplicate().get(bytes);
    return bytes;
  }

  /** Asserts that a record becomes a dead letter with this code, and returns its message. */
  static String refused(EventDecoder decoder, EventRecord record, String code) {
    Throwable failure = catchThrowable(() -> decoder.decode(record));
    assertThat(failure).isNotNull();
    if (failure instanceof GroundingException e) {
      assertThat(e.errorCode().code()).as(e.getMessage()).isEqualTo(code);
    } else if (failure instanceof RecordException e) {
      assertThat(e.errorCode().code()).as(e.getMessage()).isEqualTo(code);
    } else {
      throw new AssertionError(failure);
    }
    return String.valueOf(failure.getMessage());
  }
}
