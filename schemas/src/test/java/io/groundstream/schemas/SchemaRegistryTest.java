package io.groundstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.sun.net.httpserver.HttpServer;
import io.groundstream.avro.ImageEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Verifies how the registry's answers are distinguished, with a server of scripted answers. */
class SchemaRegistryTest {
  private static final String SUBJECT = "events-value";

  private record Answer(int status, String body) {}

  private final Map<String, Answer> answers = new HashMap<>();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());
  private HttpServer server = unstarted();
  private SchemaRegistry registry = connect(Map.of());

  private static HttpServer unstarted() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private SchemaRegistry connect(Map<String, String> properties) {
    return SchemaRegistry.connect(
        List.of("http://127.0.0.1:" + server.getAddress().getPort()), properties);
  }

  @BeforeEach
  void start() {
    server.createContext(
        "/",
        exchange -> {
          String request = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          requests.add(request + " " + body);
          String authorization = exchange.getRequestHeaders().getFirst("Authorization");
          if (authorization != null) {
            authorizations.add(authorization);
          }
          Answer answer = answers.getOrDefault(request, new Answer(500, "{}"));
          byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer.status(), bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    registry.close();
    server.stop(0);
  }

  private static String json(Schema schema) {
    return "\"" + schema.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  @Test
  void findsSchemasByIdentifier() throws Exception {
    Schema schema = PortableSchemas.of(ImageEvent.getClassSchema());
    answers.put("GET /schemas/ids/7", new Answer(200, "{\"schema\":" + json(schema) + "}"));

    assertThat(registry.byId(7)).isEqualTo(schema);
  }

  @Test
  void resolvesReferences() throws Exception {
    answers.put(
        "GET /schemas/ids/7",
        new Answer(
            200,
            "{\"schema\":\"{\\\"type\\\":\\\"array\\\",\\\"items\\\":\\\"a.B\\\"}\",\"references\":"
                + "[{\"name\":\"a.B\",\"subject\":\"b\",\"version\":3}]}"));
    answers.put(
        "GET /subjects/b/versions/3",
        new Answer(
            200,
            "{\"subject\":\"b\",\"version\":3,\"id\":6,\"schema\":\"{\\\"type\\\":\\\"record\\\","
                + "\\\"name\\\":\\\"a.B\\\",\\\"fields\\\":[]}\"}"));

    assertThat(registry.byId(7).getElementType().getFullName()).isEqualTo("a.B");
  }

  @Test
  void anUnknownIdentifierIsTheRecordsFault() {
    answers.put(
        "GET /schemas/ids/7", new Answer(404, "{\"error_code\":40403,\"message\":\"none\"}"));

    assertByIdFails(RecordErrorCode.UNKNOWN_SCHEMA_ID);
  }

  @Test
  void otherKindsOfSchemasAreIncompatible() {
    answers.put(
        "GET /schemas/ids/7",
        new Answer(200, "{\"schemaType\":\"PROTOBUF\",\"schema\":\"message A {}\"}"));
    assertByIdFails(RecordErrorCode.SCHEMA_INCOMPATIBLE);

    answers.put("GET /schemas/ids/7", new Answer(200, "{\"schema\":\"no schema\"}"));
    assertByIdFails(RecordErrorCode.SCHEMA_INCOMPATIBLE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "404 | {\"error_code\":404,\"message\":\"HTTP 404 Not Found\"}",
        "404 | <html>not here</html>",
        "404 | {\"title\":\"no such path\"}",
        "401 | {\"error_code\":401,\"message\":\"Unauthorized\"}",
        "403 | {\"error_code\":40301,\"message\":\"Forbidden\"}",
        "429 | {\"error_code\":429,\"message\":\"Too many\"}",
        "500 | {\"error_code\":50001,\"message\":\"store\"}",
        "503 | unavailable",
        "200 | <html>log in</html>",
      })
  void anythingElseIsAnOutage(int status, String body) {
    answers.put("GET /schemas/ids/7", new Answer(status, body));
    answers.put("POST /subjects/" + SUBJECT, new Answer(status, body));
    answers.put("GET /config/" + SUBJECT, new Answer(status, body));

    assertThatThrownBy(() -> registry.byId(7)).isInstanceOf(RegistryUnavailableException.class);
    assertThatThrownBy(() -> registry.lookUp(SUBJECT, ImageEvent.getClassSchema()))
        .isInstanceOf(RegistryUnavailableException.class);
    assertThatThrownBy(() -> registry.register(SUBJECT, ImageEvent.getClassSchema()))
        .isInstanceOf(RegistryUnavailableException.class);
  }

  @Test
  void aClosedPortIsAnOutage() {
    server.stop(0);
    assertThatThrownBy(() -> registry.byId(7))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("127.0.0.1");
  }

  @Test
  void setsTheCompatibilityBeforeItRegisters() throws Exception {
    answers.put("GET /config/" + SUBJECT, new Answer(404, "{\"error_code\":40408}"));
    answers.put("PUT /config/" + SUBJECT, new Answer(200, "{\"compatibility\":\"X\"}"));
    answers.put("POST /subjects/" + SUBJECT + "/versions", new Answer(200, "{\"id\":9}"));

    assertThat(AvroWireEncoder.open(registry, SUBJECT, ImageEvent.class, true).schemaId())
        .isEqualTo(9);
    assertThat(requests).hasSize(3);
    assertThat(requests.get(1)).startsWith("PUT").contains("FULL_TRANSITIVE");
    assertThat(requests.get(2)).startsWith("POST").contains("image_id").doesNotContain("java");
  }

  @Test
  void doesNotSetACompatibilityThatIsAlreadyRight() throws Exception {
    answers.put(
        "GET /config/" + SUBJECT, new Answer(200, "{\"compatibilityLevel\":\"FULL_TRANSITIVE\"}"));
    answers.put("POST /subjects/" + SUBJECT + "/versions", new Answer(200, "{\"id\":9}"));

    assertThat(registry.register(SUBJECT, ImageEvent.getClassSchema())).isEqualTo(9);
  }

  @Test
  void withoutRegistrationAMissingSchemaFailsAndSaysWhatToDo() {
    answers.put("POST /subjects/" + SUBJECT, new Answer(404, "{\"error_code\":40401}"));
    answers.put(
        "GET /subjects/" + SUBJECT + "/versions", new Answer(404, "{\"error_code\":40401}"));

    assertThatThrownBy(() -> AvroWireEncoder.open(registry, SUBJECT, ImageEvent.class, false))
        .isInstanceOf(SchemaRegistrationException.class)
        .hasMessageContaining(SUBJECT)
        .hasMessageContaining("register it");
  }

  @Test
  void aRejectedSchemaFailsAndSaysWhatToDo() {
    answers.put(
        "GET /config/" + SUBJECT, new Answer(200, "{\"compatibilityLevel\":\"FULL_TRANSITIVE\"}"));
    answers.put("POST /subjects/" + SUBJECT + "/versions", new Answer(409, "{\"error_code\":409}"));

    assertThatThrownBy(() -> registry.register(SUBJECT, ImageEvent.getClassSchema()))
        .isInstanceOf(SchemaRegistrationException.class)
        .hasMessageContaining(SUBJECT);
  }

  @Test
  void passesPropertiesThrough() {
    answers.put("GET /schemas/ids/7", new Answer(404, "{\"error_code\":40403}"));
    try (SchemaRegistry secured =
        connect(
            Map.of(
                "basic.auth.credentials.source", "USER_INFO",
                "basic.auth.user.info", "alice:secret"))) {
      assertThatThrownBy(() -> secured.byId(7)).isInstanceOf(RecordException.class);
    }
    assertThat(authorizations).containsExactly("Basic YWxpY2U6c2VjcmV0");
  }

  private void assertByIdFails(RecordErrorCode code) {
    assertThatThrownBy(() -> registry.byId(7))
        .asInstanceOf(type(RecordException.class))
        .extracting(RecordException::errorCode)
        .isEqualTo(code);
  }
}
