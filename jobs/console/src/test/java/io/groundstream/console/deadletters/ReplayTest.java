package io.groundstream.console.deadletters;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.Origin;
import io.groundstream.avro.RecordHeader;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.format.RequestsJson;
import io.groundstream.operators.kafka.KafkaClients;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

class ReplayTest {
  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theRequestThatFailedIsBroughtAlong() throws Exception {
    ImageRequest request =
        ImageRequest.newBuilder().setTask("question").setText("Who?").setRequestId("q").build();
    DeadLetter letter =
        DeadLetter.newBuilder()
            .setStage("inference")
            .setCode("internal-error")
            .setMessage("m")
            .setRequestId("q")
            .setRequest(request)
            .setAttempts(1)
            .setOriginalKey(utf8("k"))
            .setOriginalValue(utf8("v"))
            .setOriginalHeaders(
                List.of(
                    new RecordHeader("own", utf8("1")),
                    new RecordHeader(EventFacts.REQUEST_TEXT_HEADER, utf8("that of before"))))
            .setOrigin(new Origin("kafka", "shop.documents", "0:17"))
            .setProcessingTime(Instant.ofEpochMilli(1))
            .build();
    // Connects to no broker, as the letter has its value.
    KafkaClients clients = KafkaClients.ofCommand("localhost:1", Map.of());
    try (SourceRecords sources = new SourceRecords(clients)) {
      ProducerRecord<byte[], byte[]> record =
          new Replay(sources, 5).recordOf(new StoredDeadLetter(0, 3, letter));

      assertThat(record.topic()).isEqualTo("shop.documents");
      assertThat(record.headers())
          .extracting(Header::key)
          .containsExactly(
              "own",
              EventFacts.ATTEMPTS_HEADER,
              EventFacts.REPLAY_OF_HEADER,
              EventFacts.REQUEST_HEADER,
              EventFacts.REQUEST_TEXT_HEADER);
      byte[] brought = record.headers().lastHeader(EventFacts.REQUEST_TEXT_HEADER).value();
      assertThat(RequestsJson.read(brought)).isEqualTo(request);
    }
  }
}
