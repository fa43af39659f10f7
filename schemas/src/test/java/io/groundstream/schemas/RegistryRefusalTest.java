package io.groundstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests registries that reject this client, or that this client does not trust. */
@Timeout(60)
class RegistryRefusalTest {
  private static final String PASSWORD = "changeit";
  private static final String USER = "reader:pw-of-reader@";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void aRejectedUserLearnsWhatToCheck(int status) throws Exception {
    HttpServer server = HttpServer.create(loopback(), 0);
    answerWith(server, status, "{\"error_code\":" + status + ",\"message\":\"no\"}");
    try {
      assertRefused(
          "http://" + USER + "127.0.0.1:" + server.getAddress().getPort(),
          Map.of(),
          "user, password");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void reportsACertificateOfAnUnknownAuthority() throws Exception {
    HttpsServer server = encrypted("localhost");
    try {
      assertRefused(
          "https://localhost:" + server.getAddress().getPort(),
          Map.of(),
          "schema-registry.properties.schema.registry.ssl.truststore.location");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void reportsACertificateOfAnotherHost() throws Exception {
    HttpsServer server = encrypted("registry.example");
    try {
      assertRefused(
          "https://localhost:" + server.getAddress().getPort(),
          trust(),
          "a certificate for the host in schema-registry.url");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void acceptsATrustedCertificate() throws Exception {
    HttpsServer server = encrypted("localhost");
    String url = "https://localhost:" + server.getAddress().getPort();
    try (SchemaRegistry registry = SchemaRegistry.connect(List.of(url), trust())) {
      assertThat(registry.byId(7).getType()).isEqualTo(Schema.Type.STRING);
    } finally {
      server.stop(0);
    }
  }

  private static void assertRefused(String url, Map<String, String> properties, String advice)
      throws Exception {
    try (SchemaRegistry registry = SchemaRegistry.connect(List.of(url), properties)) {
      assertThatThrownBy(() -> registry.byId(7))
          .isInstanceOfSatisfying(
              RegistryUnavailableException.class, e -> assertThat(e.isRefused()).isTrue())
          .hasMessageContaining(advice)
          .hasMessageNotContaining("pw-of-reader");
    }
  }

  private Map<String, String> trust() {
    return Map.of(
        "schema.registry.ssl.truststore.location",
        folder.resolve("certificate.p12").toString(),
        "schema.registry.ssl.truststore.type",
        "PKCS12",
        "schema.registry.ssl.truststore.password",
        PASSWORD);
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private HttpsServer encrypted(String host) throws Exception {
    Path store = folder.resolve("certificate.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + host,
                "-ext",
                "san=dns:" + host,
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .inheritIO()
            .start();
    assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    HttpsServer server = HttpsServer.create(loopback(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    answerWith(server, 200, "{\"schema\":\"\\\"string\\\"\"}");
    return server;
  }

  private static void answerWith(HttpServer server, int status, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }
}
