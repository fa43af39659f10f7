package io.groundstream.operators.format;

import io.groundstream.avro.ImageEvent;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Opens decoders that read each record by the format of its topic. */
record TopicFormats(PerTopic<EventFormat.Opener> openers) implements EventFormat.Opener {
  @Override
  public EventDecoder open(EventDecoderContext context) {
    return new Decoder(openers.map(opener -> opener.open(context)));
  }

  private static final class Decoder implements EventDecoder {
    private final PerTopic<EventDecoder> decoders;

    /** The topics that were seen, of which a cluster has a limited number. */
    private final Map<String, EventDecoder> seen = new ConcurrentHashMap<>();

    Decoder(PerTopic<EventDecoder> decoders) {
      this.decoders = decoders;
    }

    private EventDecoder of(EventRecord record) {
      return seen.computeIfAbsent(record.getTopic(), decoders::of);
    }

    @Override
    public @Nullable ImageEvent decode(EventRecord record)
        throws GroundingException,
            RecordException,
            RegistryUnavailableException,
            InterruptedException {
      return of(record).decode(record);
    }

    @Override
    public boolean isTombstone(EventRecord record) {
      return of(record).isTombstone(record);
    }

    @Override
    public String imageFields() {
      return decoders.otherwise().imageFields();
    }

    @Override
    public String imageFields(EventRecord record) {
      return of(record).imageFields(record);
    }
  }
}
