package io.groundstream.operators.grounding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.format.RecordSchemas;
import io.groundstream.operators.kafka.RegistrySettings;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistry;
import io.groundstream.schemas.SchemaText;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests that formats wait for a registry as Avro does. */
class RegistryContextTest {
  private static final String ANSWER = "{\"schemaType\": \"PROTOBUF\", \"schema\": \"text\"}";
  private static final String UNKNOWN = "{\"error_code\": 40403, \"message\": \"not found\"}";

  private final AtomicInteger asked = new AtomicInteger();
  private volatile int failures;
  private HttpServer server;
  private SchemaRegistry registry;

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          boolean fails = asked.incrementAndGet() <= failures;
          boolean known = exchange.getRequestURI().getPath().endsWith("/7");
          byte[] body = (known ? ANSWER : UNKNOWN).getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(fails ? 503 : known ? 200 : 404, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    registry = SchemaRegistry.connect(List.of(url()), Map.of());
  }

  @AfterEach
  void stop() {
    registry.close();
    server.stop(0);
  }

  private String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  private RecordSchemas<String> schemas(Duration retryTimeout) {
    RegistrySettings settings =
        new RegistrySettings(List.of(url()), false, retryTimeout, Duration.ZERO, true, Map.of());
    return RegistryContext.patient(registry, settings, () -> {}).schemas(SchemaText::text);
  }

  private static EventRecord record(int schema) {
    EventRecord record = new EventRecord();
    record.setValue(new byte[] {0, 0, 0, 0, (byte) schema, 1});
    return record;
  }

  @Test
  void anOutageIsWaitedFor() throws Exception {
    failures = 2;
    RecordSchemas<String> schemas = schemas(Duration.ofMinutes(1));

    assertThat(schemas.of(record(7))).isEqualTo(new RecordSchemas.Named<>("text", "7", 5));
    int questions = asked.get();
    assertThat(schemas.of(record(7)).made()).isEqualTo("text");
    assertThat(asked).as("is remembered").hasValue(questions);
  }

  @Test
  void anOutageThatLastsFailsTheJobAndIsNoFaultOfTheRecord() {
    failures = Integer.MAX_VALUE;

    assertThatThrownBy(() -> schemas(Duration.ofMillis(200)).of(record(7)))
        .isInstanceOf(RegistryUnavailableException.class);
  }

  @Test
  void anUnknownSchemaIsTheRecordsFault() {
    assertThatThrownBy(() -> schemas(Duration.ofMinutes(1)).of(record(9)))
        .isInstanceOfSatisfying(
            RecordException.class,
            e -> assertThat(e.errorCode().code()).isEqualTo("unknown-schema-id"));
  }
}
