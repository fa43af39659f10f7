package io.groundstream.operators.index;

import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.operators.deadletter.DeadLetterOptions;
import io.groundstream.operators.deadletter.DeadLetters;
import io.groundstream.operators.deadletter.Failure;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.grounding.PatientDecoder;
import io.groundstream.operators.grounding.RegistryRetry;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.metrics.Metric;
import io.groundstream.operators.metrics.MetricPlace;
import io.groundstream.operators.metrics.Metrics;
import io.groundstream.operators.output.ModelIdentity;
import io.groundstream.operators.output.OutputRecord;
import io.groundstream.operators.output.Tombstones;
import io.groundstream.schemas.ContractDecoder;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistrationException;
import io.groundstream.schemas.SchemaRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.ExceptionUtils;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the records of both topics. A record that cannot be decoded becomes a dead letter of the
 * stage {@code decode-record}, with its bytes; while the registry is unavailable, it waits.
 */
public final class FindingFunction extends ProcessFunction<EventRecord, Finding> {
  private static final long serialVersionUID = 1L;

  /** Where dead letters come out. */
  public static final OutputTag<OutputRecord> DEAD_LETTERS =
      new OutputTag<>(
          "dead-letters",
          org.apache.flink.api.common.typeinfo.TypeInformation.of(OutputRecord.class));

  /** No model runs here. */
  private static final ModelIdentity NO_MODEL = new ModelIdentity("", "", "");

  private static final int MAX_ORIGINAL_BYTES = 256 * 1024;

  private final IndexSettings settings;
  private transient @Nullable Open open;

  /** What a running function holds. */
  private record Open(
      SchemaRegistry registry,
      PatientDecoder<GroundedImage> images,
      PatientDecoder<GroundedPhrase> phrases,
      DeadLetters deadLetters,
      Counter tombstones) {}

  public FindingFunction(IndexSettings settings) {
    this.settings = settings;
  }

  @Override
  public void open(OpenContext context) throws Exception {
    try {
      DeadLetters deadLetters =
          new DeadLetters(
              RefusalLetters.openEncoder(
                  settings.kafka(),
                  settings.registry(),
                  settings.formats(),
                  getRuntimeContext().getTaskInfo().getAttemptNumber()),
              NO_MODEL,
              MAX_ORIGINAL_BYTES,
              settings.kafka().maxRecordBytes(),
              DeadLetterOptions.MAX_ATTEMPTS.defaultValue());
      SchemaRegistry registry =
          SchemaRegistry.connect(settings.registry().urls(), settings.registry().properties());
      open =
          new Open(
              registry,
              decoder(registry, GroundedImage.class),
              decoder(registry, GroundedPhrase.class),
              deadLetters,
              Metrics.of(MetricPlace.INDEX_READ, getRuntimeContext().getMetricGroup())
                  .counter(Metric.INDEX_TOMBSTONES));
    } catch (SchemaRegistrationException e) {
      // A restart would fail in the same way.
      throw new SuppressRestartsException(e);
    }
  }

  private <T extends SpecificRecord> PatientDecoder<T> decoder(
      SchemaRegistry registry, Class<T> type) {
    ContractDecoder<T> decoder =
        new ContractDecoder<>(registry, type, settings.registry().ignoreRecordNames());
    return new PatientDecoder<>(decoder::decode, settings.registry(), () -> {});
  }

  @Override
  public void processElement(EventRecord record, Context context, Collector<Finding> out)
      throws Exception {
    if (open == null) {
      throw new IllegalStateException("processElement before open");
    }
    if (EventFacts.isTombstone(record)) {
      open.tombstones().inc();
      Finding deletion = deletion(record);
      if (deletion != null) {
        out.collect(deletion);
      }
      return;
    }
    try {
      out.collect(decode(open, record));
    } catch (RegistryUnavailableException e) {
      ExceptionUtils.rethrowException(RegistryRetry.forJob(e));
    } catch (RecordException e) {
      context.output(
          DEAD_LETTERS, open.deadLetters().ofEvent(record, null, Failure.of(e), Instant.now()));
    }
  }

  /** Returns the deletion that a tombstone stands for, or null for none. */
  private @Nullable Finding deletion(EventRecord record) {
    byte[] key = record.getKey();
    // A tombstone in the phrases' topic goes with one in the images' topic and adds nothing.
    if (settings.tombstones() == KafkaOptions.Tombstones.SKIP
        || key == null
        || !record.getTopic().equals(settings.kafka().imagesTopic())) {
      return null;
    }
    Finding deletion = new Finding();
    deletion.imageId = new String(key, StandardCharsets.UTF_8);
    deletion.processingTime = Tombstones.time(record);
    deletion.deleted = true;
    return deletion;
  }

  private Finding decode(Open running, EventRecord record) throws Exception {
    if (record.getTopic().equals(settings.kafka().phrasesTopic())) {
      return FindingReader.of(running.phrases().decode(record));
    }
    return FindingReader.of(running.images().decode(record));
  }

  @Override
  public void close() throws Exception {
    if (open != null) {
      open.registry().close();
      open = null;
    }
  }
}
