package io.groundstream.operators.format;

import io.groundstream.avro.ImageEvent;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.kafka.EventTopics;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens decoders that refuse the records of topics that are not configured. A source that is
 * restored from a savepoint reads on all topics in it; the format of one that is no longer
 * configured went with its settings, and that of all other topics would be a guess.
 */
record ConfiguredTopics(EventTopics topics, EventFormat.Opener opener)
    implements EventFormat.Opener {
  private static final Logger LOG = LoggerFactory.getLogger(ConfiguredTopics.class);

  @Override
  public EventDecoder open(EventDecoderContext context) {
    return new Decoder(topics, opener.open(context));
  }

  private static final class Decoder implements EventDecoder {
    private final EventTopics topics;
    private final EventDecoder decoder;

    /** The topics that were seen, of which a cluster has a limited number. */
    private final Map<String, Boolean> seen = new ConcurrentHashMap<>();

    Decoder(EventTopics topics, EventDecoder decoder) {
      this.topics = topics;
      this.decoder = decoder;
    }

    private boolean isConfigured(EventRecord record) {
      return seen.computeIfAbsent(
          record.getTopic(),
          topic -> {
            boolean configured = topics.contains(topic);
            if (!configured) {
              LOG.warn("{}; its records become dead letters", problem(topic));
            }
            return configured;
          });
    }

    private String problem(String topic) {
      return "topic: "
          + topic
          + " (expected: a topic of "
          + KafkaOptions.EVENTS_TOPICS.key()
          + " or "
          + KafkaOptions.EVENTS_PATTERN.key()
          + ", which are "
          + topics
          + "; the job was restored from a savepoint that has it, and its format is unknown without"
          + " "
          + TopicOptions.PREFIX
          + topic
          + ".format or "
          + EventFormatOptions.FORMAT.key()
          + ")";
    }

    @Override
    public @Nullable ImageEvent decode(EventRecord record)
        throws GroundingException,
            RecordException,
            RegistryUnavailableException,
            InterruptedException {
      if (!isConfigured(record)) {
        throw new GroundingException(
            OperatorErrorCode.TOPIC_NOT_CONFIGURED, problem(record.getTopic()));
      }
      return decoder.decode(record);
    }

    @Override
    public boolean isTombstone(EventRecord record) {
      return isConfigured(record) && decoder.isTombstone(record);
    }

    @Override
    public String imageFields() {
      return decoder.imageFields();
    }

    @Override
    public String imageFields(EventRecord record) {
      return decoder.imageFields(record);
    }
  }
}
