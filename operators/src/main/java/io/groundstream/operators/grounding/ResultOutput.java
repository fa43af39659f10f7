package io.groundstream.operators.grounding;

import io.groundstream.operators.format.EventDecoder;
import io.groundstream.operators.format.EventFormat;
import io.groundstream.operators.kafka.RegistrySettings;
import io.groundstream.operators.output.FileOutput;
import io.groundstream.operators.output.KafkaOutput;
import io.groundstream.operators.output.OutputEncoders;
import io.groundstream.operators.output.OutputSettings;
import io.groundstream.operators.output.TopicLimits;
import io.groundstream.operators.output.TopicLimits.TopicLimitException;
import io.groundstream.schemas.AvroWireDecoder;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistrationException;
import io.groundstream.schemas.SchemaRegistry;
import org.jspecify.annotations.Nullable;

/**
 * How a subtask reads events and writes results, once registry and brokers have been asked.
 *
 * @param registrySettings how the registry is used; null if there is none
 * @param maxRecordBytes the largest record that can be written
 * @param registry null if none is needed
 */
record ResultOutput(
    OutputEncoders encoders,
    AvroWireDecoder.SchemaSource schemas,
    @Nullable RegistrySettings registrySettings,
    int maxRecordBytes,
    @Nullable SchemaRegistry registry)
    implements AutoCloseable {

  /**
   * Opens the output with what the registry and the brokers say.
   *
   * @param attempt how often the job was started before
   */
  static ResultOutput open(OutputSettings settings, int attempt)
      throws SchemaRegistrationException,
          RegistryUnavailableException,
          TopicLimitException,
          InterruptedException {
    return settings instanceof KafkaOutput kafka ? open(kafka, attempt) : files();
  }

  private static ResultOutput open(KafkaOutput output, int attempt)
      throws SchemaRegistrationException,
          RegistryUnavailableException,
          TopicLimitException,
          InterruptedException {
    SchemaRegistry registry =
        SchemaRegistry.connect(output.registry().urls(), output.registry().properties());
    boolean opened = false;
    try {
      int maxRecordBytes = TopicLimits.maxRecordBytes(output);
      RegistryRetry.Question<OutputEncoders, SchemaRegistrationException> question =
          () ->
              OutputEncoders.open(
                  registry, output.kafka(), output.formats(), output.registry().autoRegister());
      ResultOutput open =
          new ResultOutput(
              RegistryRetry.atStart(output.registry().retryTimeout(), attempt).ask(question),
              registry,
              output.registry(),
              maxRecordBytes,
              registry);
      opened = true;
      return open;
    } finally {
      if (!opened) {
        registry.close();
      }
    }
  }

  private static ResultOutput files() {
    return new ResultOutput(
        OutputEncoders.plain(),
        id -> {
          throw new IllegalStateException(
              "schema " + id + " (expected: no schema ids, as there is no schema registry)");
        },
        null,
        FileOutput.MAX_RECORD_BYTES,
        null);
  }

  /**
   * Returns what reads events.
   *
   * @param format the format of the records of topics
   * @param askedAgain called each time that an unknown schema is looked up again
   */
  EventDecoder decoder(EventFormat.Opener format, Runnable askedAgain) {
    RegistryContext context =
        registrySettings == null
            ? RegistryContext.without(schemas, askedAgain)
            : RegistryContext.patient(schemas, registrySettings, askedAgain);
    return new RecordDecoder(format.open(context));
  }

  @Override
  public void close() {
    if (registry != null) {
      registry.close();
    }
  }
}
