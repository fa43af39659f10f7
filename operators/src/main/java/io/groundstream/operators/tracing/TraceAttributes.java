package io.groundstream.operators.tracing;

import io.opentelemetry.api.common.AttributeKey;
import java.util.List;

/**
 * The attributes of spans. Names without {@code groundstream} are OpenTelemetry's semantic
 * conventions for messaging, generative AI, URLs and errors, as of version 1.41.
 */
final class TraceAttributes {
  static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
  static final AttributeKey<String> OPERATION_NAME =
      AttributeKey.stringKey("messaging.operation.name");
  static final AttributeKey<String> OPERATION_TYPE =
      AttributeKey.stringKey("messaging.operation.type");
  static final AttributeKey<String> DESTINATION =
      AttributeKey.stringKey("messaging.destination.name");
  static final AttributeKey<String> PARTITION =
      AttributeKey.stringKey("messaging.destination.partition.id");
  static final AttributeKey<Long> OFFSET = AttributeKey.longKey("messaging.kafka.offset");
  static final AttributeKey<String> CONSUMER_GROUP =
      AttributeKey.stringKey("messaging.consumer.group.name");

  static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
  static final AttributeKey<String> HOST = AttributeKey.stringKey("server.address");
  static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

  static final AttributeKey<Long> INPUT_TOKENS = AttributeKey.longKey("gen_ai.usage.input_tokens");
  static final AttributeKey<Long> OUTPUT_TOKENS =
      AttributeKey.longKey("gen_ai.usage.output_tokens");
  static final AttributeKey<List<String>> FINISH_REASONS =
      AttributeKey.stringArrayKey("gen_ai.response.finish_reasons");

  static final AttributeKey<String> EVENT_ID = AttributeKey.stringKey("groundstream.event.id");
  static final AttributeKey<String> IMAGE_ID = AttributeKey.stringKey("groundstream.image.id");
  static final AttributeKey<String> REQUEST_ID = AttributeKey.stringKey("groundstream.request.id");
  static final AttributeKey<String> TASK = AttributeKey.stringKey("groundstream.request.task");
  static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("groundstream.request.attempt");
  static final AttributeKey<String> STAGE = AttributeKey.stringKey("groundstream.stage");
  static final AttributeKey<Long> PHRASES = AttributeKey.longKey("groundstream.phrases");
  static final AttributeKey<Long> DEAD_LETTERS = AttributeKey.longKey("groundstream.dead_letters");

  private TraceAttributes() {}
}
