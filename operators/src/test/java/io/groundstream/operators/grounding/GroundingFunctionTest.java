package io.groundstream.operators.grounding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.operators.config.EnrichmentSettings;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.output.OutputRecord;
import io.groundstream.operators.output.OutputTopic;
import io.groundstream.schemas.AvroWireEncoder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The function inside Flink's asynchronous operator, with a registry that says yes to all. */
class GroundingFunctionTest {
  private static final int EVENTS = 200;

  private HttpServer registry = unstarted();
  private final AtomicInteger questions = new AtomicInteger();
  private boolean knowsSchemas = true;

  private static HttpServer unstarted() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void start() {
    registry.createContext("/subjects", exchange -> answer(exchange, "{\"id\":2}"));
    registry.createContext(
        "/config", exchange -> answer(exchange, "{\"compatibilityLevel\":\"FULL_TRANSITIVE\"}"));
    registry.createContext(
        "/schemas",
        exchange ->
            answer(
                exchange,
                "{\"schema\":\""
                    + ImageEvent.getClassSchema()
                        .toString()
                        .replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                    + "\"}"));
    registry.start();
  }

  @AfterEach
  void stop() {
    registry.stop(0);
  }

  private void answer(HttpExchange exchange, String text) throws IOException {
    questions.incrementAndGet();
    exchange.getRequestBody().readAllBytes();
    String body = knowsSchemas ? text : "{\"error_code\":40401,\"message\":\"none\"}";
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(knowsSchemas ? 200 : 404, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private List<OutputRecord> run(List<EventRecord> events, Map<String, String> more)
      throws Exception {
    Map<String, String> values = new HashMap<>(more);
    values.put("kafka.bootstrap-servers", "127.0.0.1:1");
    values.put("properties.default.api.timeout.ms", "10");
    values.put("properties.request.timeout.ms", "10");
    values.put("schema-registry.url", "http://127.0.0.1:" + registry.getAddress().getPort());
    values.put("model.checkpoint", "/nowhere");
    EnrichmentSettings settings = EnrichmentSettings.parse(values);
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(16));
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(16));
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
    DataStream<EventRecord> source =
        environment.fromData(
            TypeInformation.of(EventRecord.class), events.toArray(new EventRecord[0]));
    GroundingFunction function =
        new GroundingFunction(
            settings.output(), settings.model(), settings.grounding(), device -> new FakeModel());
    DataStream<OutputRecord> results =
        settings.grounding().ordered()
            ? AsyncDataStream.orderedWait(source, function, 0, TimeUnit.MILLISECONDS, 8)
            : AsyncDataStream.unorderedWait(source, function, 0, TimeUnit.MILLISECONDS, 8);
    List<OutputRecord> records = new ArrayList<>();
    try (CloseableIterator<OutputRecord> iterator = results.executeAndCollect()) {
      iterator.forEachRemaining(records::add);
    }
    return records;
  }

  private static EventRecord event(int number) {
    ImageEvent event =
        ImageEvent.newBuilder()
            .setEventId("event-" + number)
            .setImageBytes(ByteBuffer.wrap(new byte[] {'p'}))
            .setRequests(List.of(ImageRequest.newBuilder().setTask("caption").build()))
            .build();
    EventRecord record = new EventRecord();
    record.setKey(event.getEventId().getBytes(StandardCharsets.UTF_8));
    // Every tenth is no event.
    record.setValue(
        number % 10 == 0
            ? new byte[] {7}
            : AvroWireEncoder.withId(1, ImageEvent.class).encode(event));
    record.setTopic("events");
    record.setOffset(number);
    return record;
  }

  private static List<EventRecord> events() {
    List<EventRecord> events = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      events.add(event(i));
    }
    return events;
  }

  private static String key(OutputRecord record) {
    byte[] key = record.getKey();
    return key == null ? "" : new String(key, StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyEventBecomesAllOfItsRecordsAndNoMore(boolean ordered) throws Exception {
    List<OutputRecord> records =
        run(events(), Map.of("grounding.ordered", Boolean.toString(ordered)));

    List<String> keys = records.stream().map(GroundingFunctionTest::key).distinct().toList();
    assertThat(keys).hasSize(EVENTS);
    if (ordered) {
      assertThat(keys)
          .isEqualTo(
              events().stream().map(e -> new String(e.getKey(), StandardCharsets.UTF_8)).toList());
    }
    Map<OutputTopic, Integer> counts = new HashMap<>();
    for (OutputRecord record : records) {
      counts.merge(record.getTopic(), 1, Integer::sum);
    }
    int bad = EVENTS / 10;
    assertThat(counts)
        .isEqualTo(
            Map.of(
                OutputTopic.IMAGES,
                EVENTS - bad,
                OutputTopic.PHRASES,
                EVENTS - bad,
                OutputTopic.DEAD_LETTERS,
                bad));
  }

  @Test
  void aSchemaThatIsMissingFailsAtStartWithoutRestarts() {
    knowsSchemas = false;
    assertThatThrownBy(
            () -> run(List.of(event(1)), Map.of("schema-registry.auto-register", "false")))
        .rootCause()
        .hasMessageContaining("grounded-images-value")
        .hasMessageContaining("register it");
    assertThat(questions).hasValue(1);
  }

  @Test
  void aRegistryThatIsAwayFailsTheJobAfterAWhile() {
    registry.stop(0);
    assertThatThrownBy(
            () -> run(List.of(event(1)), Map.of("schema-registry.retry-timeout", "50 ms")))
        .hasStackTraceContaining("RegistryUnavailableException");
  }
}
