package io.groundstream.operators.grounding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.avro.ImageEvent;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.schemas.AvroWireDecoder;
import io.groundstream.schemas.AvroWireEncoder;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.WireFormat;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class PatientDecoderTest {
  private static final AvroWireEncoder<ImageEvent> ENCODER =
      AvroWireEncoder.withId(7, ImageEvent.class);

  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger askedAgain = new AtomicInteger();

  /** A registry whose replica learns of a schema after some questions. */
  private PatientDecoder<ImageEvent> decoder(int ignorantFor, Duration timeout) {
    AvroWireDecoder.SchemaSource ignorant =
        id -> {
          throw new AssertionError("GUIDs only");
        };
    AvroWireDecoder.SchemaSource source =
        id -> {
          if (asked.incrementAndGet() <= ignorantFor) {
            // As sources say it that know no such schema.
            return ignorant.byGuid(new UUID(0, id));
          }
          return schema();
        };
    return new PatientDecoder<>(
        new AvroWireDecoder<>(source, ImageEvent.class)::decode,
        new RegistryRetry(Duration.ZERO),
        timeout,
        askedAgain::incrementAndGet);
  }

  private static Schema schema() {
    return ImageEvent.getClassSchema();
  }

  private static EventRecord event() {
    EventRecord record = new EventRecord();
    record.setValue(ENCODER.encode(ImageEvent.newBuilder().setEventId("e").build()));
    return record;
  }

  @Test
  void aReplicaThatLagsIsAskedAgain() throws Exception {
    assertThat(decoder(1, Duration.ofSeconds(20)).decode(event()).getEventId()).isEqualTo("e");
    assertThat(askedAgain.get()).isPositive();
  }

  @Test
  void anUnknownSchemaIsWaitedForOnceOnly() {
    PatientDecoder<ImageEvent> decoder = decoder(Integer.MAX_VALUE, Duration.ofMillis(600));
    assertThatThrownBy(() -> decoder.decode(event())).isInstanceOf(RecordException.class);
    int waits = askedAgain.get();
    assertThat(waits).isBetween(1, 3);
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(() -> decoder.decode(event())).isInstanceOf(RecordException.class);
    }
    assertThat(askedAgain).hasValue(waits);
  }

  @Test
  void nothingIsWaitedForWhereThatIsNotWanted() {
    assertThatThrownBy(() -> decoder(1, Duration.ZERO).decode(event()))
        .isInstanceOf(RecordException.class);
    assertThat(askedAgain).hasValue(0);
  }

  @Test
  void theHeaderOfARecordNamesItsSchema() throws Exception {
    EventRecord record = event();
    byte[] framed = ENCODER.encode(ImageEvent.newBuilder().setEventId("e").build());
    record.setValue(Arrays.copyOfRange(framed, 5, framed.length));
    record.setHeaderNames(new String[] {"__key_schema_id", WireFormat.VALUE_HEADER});
    record.setHeaderValues(new byte[][] {{0, 0, 0, 0, 99}, Arrays.copyOf(framed, 5)});

    assertThat(decoder(0, Duration.ZERO).decode(record).getEventId()).isEqualTo("e");
  }
}
