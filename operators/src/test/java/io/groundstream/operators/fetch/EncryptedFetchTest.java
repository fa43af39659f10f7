package io.groundstream.operators.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.Message;
import org.apache.hc.core5.http.ProtocolVersion;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.impl.bootstrap.HttpAsyncServer;
import org.apache.hc.core5.http.nio.AsyncRequestConsumer;
import org.apache.hc.core5.http.nio.AsyncServerRequestHandler;
import org.apache.hc.core5.http.nio.entity.DiscardingEntityConsumer;
import org.apache.hc.core5.http.nio.ssl.TlsStrategy;
import org.apache.hc.core5.http.nio.support.AsyncResponseBuilder;
import org.apache.hc.core5.http.nio.support.BasicRequestConsumer;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.http2.impl.nio.bootstrap.H2ServerBootstrap;
import org.apache.hc.core5.http2.ssl.H2ServerTlsStrategy;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.ListenerEndpoint;
import org.apache.hc.core5.ssl.SSLContexts;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With a server of HTTP/2 and HTTP/1.1 over TLS, whose certificate is for good.example. */
@Timeout(60)
class EncryptedFetchTest {
  private static final String PASSWORD = "changeit";

  @TempDir Path folder = Path.of("");

  private final Queue<ProtocolVersion> versions = new ConcurrentLinkedQueue<>();

  private SSLContext certificate() throws Exception {
    File store = folder.resolve("certificate.p12").toFile();
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=good.example",
                "-ext",
                "san=dns:good.example",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .inheritIO()
            .start();
    assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return SSLContexts.custom()
        .loadKeyMaterial(store, PASSWORD.toCharArray(), PASSWORD.toCharArray())
        .loadTrustMaterial(store, PASSWORD.toCharArray())
        .build();
  }

  private HttpAsyncServer server(SSLContext context, HttpVersionPolicy policy) {
    HttpAsyncServer server =
        H2ServerBootstrap.bootstrap()
            .setCanonicalHostName("good.example")
            .setVersionPolicy(policy)
            .setTlsStrategy(new H2ServerTlsStrategy(context))
            .register(
                "*",
                new AsyncServerRequestHandler<Message<HttpRequest, Void>>() {
                  @Override
                  public AsyncRequestConsumer<Message<HttpRequest, Void>> prepare(
                      HttpRequest request, @Nullable EntityDetails entity, HttpContext context) {
                    return new BasicRequestConsumer<>(
                        entity == null ? null : new DiscardingEntityConsumer<>());
                  }

                  @Override
                  public void handle(
                      Message<HttpRequest, Void> message,
                      ResponseTrigger response,
                      HttpContext context)
                      throws HttpException, IOException {
                    versions.add(context.getProtocolVersion());
                    response.submitResponse(
                        AsyncResponseBuilder.create(200)
                            .setEntity("picture".getBytes(UTF_8), ContentType.IMAGE_JPEG)
                            .build(),
                        context);
                  }
                })
            .create();
    server.start();
    return server;
  }

  private static HttpFetcher fetcher(int port, TlsStrategy tls) throws IOException {
    return new HttpFetcher(
        new HttpFetchSettings(
            List.of(HostPattern.parse("*:" + port)),
            List.of(AddressBlock.parse("127.0.0.1")),
            false,
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            1,
            3,
            16,
            8,
            RequestHeaders.DEFAULT),
        1000,
        new ByteBudget(1 << 20),
        host -> List.of(InetAddress.getLoopbackAddress()),
        tls);
  }

  @Test
  void speaksHttp2WhereTheHostDoesAndTrustsNobodyElse() throws Exception {
    SSLContext context = certificate();
    TlsStrategy trusting = ClientTlsStrategyBuilder.create().setSslContext(context).buildAsync();
    for (HttpVersionPolicy policy :
        List.of(HttpVersionPolicy.NEGOTIATE, HttpVersionPolicy.FORCE_HTTP_1)) {
      HttpAsyncServer server = server(context, policy);
      try {
        ListenerEndpoint endpoint =
            server
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), URIScheme.HTTPS)
                .get(10, TimeUnit.SECONDS);
        int port = ((InetSocketAddress) endpoint.getAddress()).getPort();
        versions.clear();
        try (HttpFetcher fetcher = fetcher(port, trusting)) {
          assertThat(
                  LocalHosts.text(fetcher.fetch("https://good.example:" + port + "/a.jpg", null)))
              .isEqualTo("picture");
          assertThat(versions)
              .extracting(ProtocolVersion::getMajor)
              .containsExactly(policy == HttpVersionPolicy.NEGOTIATE ? 2 : 1);
          // The certificate is of another name.
          assertThatThrownBy(
                  () -> fetcher.fetch("https://bad.example:" + port + "/a.jpg", null).get())
              .hasMessageContaining("SSL");
        }
        try (HttpFetcher strict = fetcher(port, ClientTlsStrategyBuilder.create().buildAsync())) {
          assertThatThrownBy(
                  () -> strict.fetch("https://good.example:" + port + "/a.jpg", null).get())
              .hasMessageContaining("SSL");
        }
      } finally {
        server.close(CloseMode.IMMEDIATE);
      }
    }
  }
}
