package io.groundstream.operators.grounding;

import io.groundstream.avro.ImageEvent;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.format.EventDecoder;
import io.groundstream.operators.format.EventDecoderContext;
import io.groundstream.operators.format.RecordSchemas;
import io.groundstream.operators.kafka.RegistrySettings;
import io.groundstream.schemas.AvroWireDecoder;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaCache;
import io.groundstream.schemas.SchemaText;
import io.groundstream.schemas.WireFormat;
import java.time.Duration;
import java.util.function.Function;

/** Gives formats the schemas of a registry. */
public final class RegistryContext implements EventDecoderContext {
  /** Waits for the registry in the way of its user. */
  private interface Waiting {
    <T> Lookup<T> around(PatientDecoder.Reading<T> reading);
  }

  /** Reads something of a record. */
  @FunctionalInterface
  private interface Lookup<T> {
    T of(EventRecord record)
        throws RecordException, RegistryUnavailableException, InterruptedException;
  }

  private final AvroWireDecoder.SchemaSource schemas;
  private final boolean ignoreRecordNames;
  private final Waiting waiting;

  private RegistryContext(
      AvroWireDecoder.SchemaSource schemas, boolean ignoreRecordNames, Waiting waiting) {
    this.schemas = schemas;
    this.ignoreRecordNames = ignoreRecordNames;
    this.waiting = waiting;
  }

  /**
   * Returns a context for a job, which waits for the registry.
   *
   * @param askedAgain called each time that an unknown schema is looked up again
   */
  static RegistryContext patient(
      AvroWireDecoder.SchemaSource schemas, RegistrySettings settings, Runnable askedAgain) {
    return new RegistryContext(
        schemas,
        settings.ignoreRecordNames(),
        new Waiting() {
          @Override
          public <T> Lookup<T> around(PatientDecoder.Reading<T> reading) {
            return new PatientDecoder<>(reading, settings, askedAgain)::decode;
          }
        });
  }

  /** Returns a context for a job that needs no registry, as its records name no schemas. */
  static RegistryContext without(AvroWireDecoder.SchemaSource schemas, Runnable askedAgain) {
    return new RegistryContext(
        schemas,
        /* ignoreRecordNames= */ true,
        new Waiting() {
          @Override
          public <T> Lookup<T> around(PatientDecoder.Reading<T> reading) {
            return new PatientDecoder<>(
                    reading, new RegistryRetry(Duration.ZERO), Duration.ZERO, askedAgain)
                ::decode;
          }
        });
  }

  /** Returns a context for a reader that waits for nothing, such as a command. */
  public static RegistryContext impatient(
      AvroWireDecoder.SchemaSource schemas, boolean ignoreRecordNames) {
    return new RegistryContext(
        schemas,
        ignoreRecordNames,
        new Waiting() {
          @Override
          public <T> Lookup<T> around(PatientDecoder.Reading<T> reading) {
            return record ->
                reading.read(record.getValue(), EventFacts.header(record, WireFormat.VALUE_HEADER));
          }
        });
  }

  @Override
  public EventDecoder avro() {
    AvroWireDecoder<ImageEvent> decoder =
        new AvroWireDecoder<>(schemas, ImageEvent.class, ignoreRecordNames);
    Lookup<ImageEvent> lookup = waiting.around(decoder::decode);
    return lookup::of;
  }

  @Override
  public <R> RecordSchemas<R> schemas(Function<SchemaText, R> made) {
    SchemaCache<R> cache = new SchemaCache<>(format -> made.apply(schemas.text(format)));
    Lookup<RecordSchemas.Named<R>> lookup =
        waiting.around(
            (value, header) -> {
              WireFormat format = WireFormat.of(value, header);
              return new RecordSchemas.Named<>(
                  cache.get(format), String.valueOf(format.key()), format.start());
            });
    return lookup::of;
  }
}
