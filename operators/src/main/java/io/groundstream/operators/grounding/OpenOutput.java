package io.groundstream.operators.grounding;

import io.groundstream.operators.config.FileOutput;
import io.groundstream.operators.config.KafkaOutput;
import io.groundstream.operators.config.OutputSettings;
import io.groundstream.operators.output.OutputEncoders;
import io.groundstream.operators.output.TopicLimits;
import io.groundstream.operators.output.TopicLimits.TopicLimitException;
import io.groundstream.schemas.AvroWireDecoder;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistrationException;
import io.groundstream.schemas.SchemaRegistry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a subtask reads events and writes results, once registry and brokers have been asked.
 *
 * @param retry for questions to the registry
 * @param maxRecordBytes the largest record that can be written
 * @param registry null where none is needed
 */
record OpenOutput(
    OutputEncoders encoders,
    AvroWireDecoder.SchemaSource schemas,
    RegistryRetry retry,
    int maxRecordBytes,
    @Nullable SchemaRegistry registry)
    implements AutoCloseable {

  static OpenOutput open(OutputSettings settings)
      throws SchemaRegistrationException,
          RegistryUnavailableException,
          TopicLimitException,
          InterruptedException {
    return settings instanceof KafkaOutput kafka ? open(kafka) : files();
  }

  private static OpenOutput open(KafkaOutput output)
      throws SchemaRegistrationException,
          RegistryUnavailableException,
          TopicLimitException,
          InterruptedException {
    RegistryRetry retry = new RegistryRetry(output.registry().retryTimeout());
    SchemaRegistry registry =
        SchemaRegistry.connect(output.registry().urls(), output.registry().properties());
    boolean opened = false;
    try {
      int maxRecordBytes = TopicLimits.maxRecordBytes(output);
      RegistryRetry.Question<OutputEncoders, SchemaRegistrationException> question =
          () -> OutputEncoders.open(registry, output.kafka(), output.registry().autoRegister());
      OpenOutput open =
          new OpenOutput(retry.ask(question), registry::byId, retry, maxRecordBytes, registry);
      opened = true;
      return open;
    } finally {
      if (!opened) {
        registry.close();
      }
    }
  }

  private static OpenOutput files() {
    return new OpenOutput(
        OutputEncoders.plain(),
        id -> {
          throw new IllegalStateException(
              "schema " + id + " (expected: none, as there is no schema registry to ask)");
        },
        new RegistryRetry(Duration.ZERO),
        FileOutput.MAX_RECORD_BYTES,
        null);
  }

  @Override
  public void close() {
    if (registry != null) {
      registry.close();
    }
  }
}
