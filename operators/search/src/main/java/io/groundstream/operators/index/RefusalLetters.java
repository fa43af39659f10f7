package io.groundstream.operators.index;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.Origin;
import io.groundstream.kosmos2.Stage;
import io.groundstream.operators.deadletter.DeadLetters;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.grounding.RegistryRetry;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.kafka.RegistrySettings;
import io.groundstream.operators.output.OutputEncoders;
import io.groundstream.operators.output.OutputRecord;
import io.groundstream.operators.output.ResultFormats;
import io.groundstream.schemas.RecordEncoder;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistrationException;
import io.groundstream.schemas.SchemaRegistry;
import io.groundstream.schemas.text.Texts;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;

/**
 * Turns refusals into dead letters. They name image, event and request, but hold no original
 * record, since a document comes from many records. To try again, enrich the image again, or let an
 * index job with a new consumer group read the topics from the start.
 */
public final class RefusalLetters extends RichMapFunction<Refusal, OutputRecord> {
  private static final long serialVersionUID = 1L;

  /** Long identifiers are shortened, to leave room for the rest. */
  private static final int MAX_TEXT = 4096;

  private final KafkaSettings kafka;
  private final RegistrySettings registrySettings;
  private final ResultFormats formats;
  private transient @Nullable RecordEncoder<DeadLetter> encoder;

  /**
   * @param kafka the settings with the topic
   * @param registry the registry with its schema
   * @param formats the formats of topics
   */
  public RefusalLetters(KafkaSettings kafka, RegistrySettings registry, ResultFormats formats) {
    this.formats = formats;
    this.kafka = kafka;
    this.registrySettings = registry;
  }

  @Override
  public void open(OpenContext context) throws Exception {
    encoder =
        openEncoder(
            kafka, registrySettings, formats, getRuntimeContext().getTaskInfo().getAttemptNumber());
  }

  /**
   * Gets the schema of dead letters from the registry, and retries while that is unavailable.
   *
   * @param attempt how often the job started before
   */
  static RecordEncoder<DeadLetter> openEncoder(
      KafkaSettings kafka, RegistrySettings settings, ResultFormats formats, int attempt)
      throws Exception {
    try (SchemaRegistry registry = SchemaRegistry.connect(settings.urls(), settings.properties())) {
      RegistryRetry.Question<RecordEncoder<DeadLetter>, SchemaRegistrationException> question =
          () -> OutputEncoders.deadLetters(registry, kafka, formats, settings.autoRegister());
      return RegistryRetry.atStart(settings.retryTimeout(), attempt).ask(question);
    } catch (RegistryUnavailableException e) {
      ExceptionUtils.rethrowException(RegistryRetry.forJob(e));
      throw e;
    }
  }

  @Override
  public OutputRecord map(Refusal refusal) {
    if (encoder == null) {
      throw new IllegalStateException("map before open");
    }
    boolean retryable = refusal.code.equals(OperatorErrorCode.IMAGE_RECORD_MISSING.code());
    DeadLetter letter = new DeadLetter();
    letter.setStage(Stage.INDEX.id());
    letter.setCode(refusal.code);
    letter.setMessage(cut(refusal.message));
    letter.setRetryable(retryable);
    letter.setAttempts(1);
    letter.setEventId(cut(refusal.eventId));
    letter.setImageId(cut(refusal.imageId));
    letter.setRequestId(refusal.requestId.isEmpty() ? null : cut(refusal.requestId));
    byte[] key = cut(refusal.imageId).getBytes(StandardCharsets.UTF_8);
    letter.setOriginalKey(ByteBuffer.wrap(key));
    letter.setOriginalHeaders(List.of());
    letter.setAttributes(Map.of());
    letter.setModelName(cut(refusal.modelName));
    letter.setModelRevision(cut(refusal.modelRevision));
    letter.setModelDtype(cut(refusal.modelDtype));
    letter.setProcessingTime(Instant.ofEpochMilli(refusal.time));
    letter.setOrigin(
        new Origin(
            cut(refusal.originSystem), cut(refusal.originName), cut(refusal.originPosition)));
    return DeadLetters.record(key, encoder, letter);
  }

  private static String cut(String text) {
    return Texts.shortened(text, MAX_TEXT);
  }
}
