package io.groundstream.operators.fetch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.luben.zstd.Zstd;
import io.groundstream.kosmos2.GroundingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts that answer as real ones do, by the rules or nearly. */
@Timeout(60)
class OddHostsTest {
  private static final int MAX_BYTES = 100_000;
  private static final byte[] PICTURE = "a picture, a picture, a picture".getBytes(UTF_8);

  /** The same, by Google's encoder at quality 11. */
  private static final byte[] PICTURE_IN_BROTLI =
      Base64.getDecoder().decode("Gx4A+CXCqpFhKoCeJIgC");

  /** 50 million zeros, by the same. */
  private static final byte[] BOMB_IN_BROTLI =
      Base64.getDecoder()
          .decode(
              "y///P/gnAOKxQCD3/o///3/wTwDEYRGA7v0f////4J8AiMMCAN37P/7//8E/ARCHBQC693/8//+DfwIgDgsAdO//8g9eD/8EQBwWAOig6wE=");

  @TempDir Path folder = Path.of("");
  private LocalHosts hosts;

  @BeforeEach
  void start() throws Exception {
    hosts = new LocalHosts();
    hosts.name("good.example", "127.0.0.1");
    hosts.name("other.good.example", "127.0.0.1");
    hosts.name("evil.example", "127.0.0.1");
  }

  @AfterEach
  void stop() {
    hosts.close();
  }

  private void answer(int status, byte[] body, String... headers) {
    hosts.serve(
        "/a",
        exchange -> {
          for (int i = 0; i < headers.length; i += 2) {
            exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
          }
          LocalHosts.answer(exchange, status, body);
        });
  }

  private HttpFetcher fetcher() {
    return hosts.fetcher(MAX_BYTES, 1 << 20, 16, "127.0.0.1");
  }

  private byte[] fetched() throws Exception {
    try (FetchedImage image =
        fetcher().fetch(hosts.link("good.example", "/a"), null).get(20, TimeUnit.SECONDS)) {
      return image.bytes();
    }
  }

  private Throwable refused(String code) {
    CompletableFuture<FetchedImage> fetched =
        fetcher().fetch(hosts.link("good.example", "/a"), null);
    Throwable failure = catchThrowable(() -> fetched.get(20, TimeUnit.SECONDS)).getCause();
    assertThat(failure).isInstanceOf(GroundingException.class);
    assertThat(((GroundingException) failure).errorCode().code()).isEqualTo(code);
    return failure;
  }

  private interface Wrap {
    OutputStream around(OutputStream out) throws IOException;
  }

  private static byte[] through(Wrap wrap, byte[] bytes) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (OutputStream out = wrap.around(all)) {
      out.write(bytes);
    }
    return all.toByteArray();
  }

  private static byte[] coded(String coding, byte[] bytes) throws IOException {
    return switch (coding) {
      case "gzip" -> through(GZIPOutputStream::new, bytes);
      case "zlib" -> through(DeflaterOutputStream::new, bytes);
      case "raw" ->
          through(
              out -> new DeflaterOutputStream(out, new Deflater(Deflater.BEST_SPEED, true)), bytes);
      case "zstd" -> Zstd.compress(bytes);
      case "br" -> PICTURE_IN_BROTLI;
      case "none" -> bytes;
      default -> throw new IllegalArgumentException(coding);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "gzip, gzip",
    "GZIP, gzip",
    "x-gzip, gzip",
    "deflate, zlib",
    "deflate, raw",
    "br, br",
    "zstd, zstd",
    "identity, none",
    "aws-chunked, none",
    "'', none",
    "'aws-chunked, gzip', gzip",
    "'gzip,aws-chunked', gzip",
  })
  void codingsAreUndoneUnasked(String header, String coding) throws Exception {
    answer(200, coded(coding, PICTURE), "Content-Encoding", header);
    assertThat(fetched()).isEqualTo(PICTURE);
  }

  @Test
  void severalCodingsAreUndoneInTurn() throws Exception {
    byte[] twice = coded("zstd", coded("gzip", PICTURE));
    answer(200, twice, "Content-Encoding", "gzip", "Content-Encoding", "zstd");
    assertThat(fetched()).isEqualTo(PICTURE);
  }

  @Test
  void endlessCodingsAreRefused() throws Exception {
    byte[] body = PICTURE;
    for (int i = 0; i < 5; i++) {
      body = coded("gzip", body);
    }
    answer(200, body, "Content-Encoding", "gzip,gzip,gzip,gzip,gzip");
    assertThat(refused("http-refused")).hasMessageContaining("5 codings (expected: at most 4)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zlib", "raw", "zstd"})
  void whatIsDecodedHasTheLimitOfPictures(String coding) throws Exception {
    String header = coding.equals("gzip") || coding.equals("zstd") ? coding : "deflate";
    answer(200, coded(coding, new byte[MAX_BYTES]), "Content-Encoding", header);
    assertThat(fetched()).hasSize(MAX_BYTES);
    hosts.close();
    hosts = new LocalHosts();
    hosts.name("good.example", "127.0.0.1");
    // A bomb costs itself.
    answer(200, coded(coding, new byte[50_000_000]), "Content-Encoding", header);
    refused("fetch-too-large");
  }

  @Test
  void aBombInBrotliCostsItself() {
    answer(200, BOMB_IN_BROTLI, "Content-Encoding", "br");
    refused("fetch-too-large");
  }

  @ParameterizedTest
  @CsvSource({"gzip", "deflate", "br", "zstd"})
  void aBodyThatIsNotWhatItSaysIsRefused(String header) {
    answer(200, "no such thing at all".getBytes(US_ASCII), "Content-Encoding", header);
    assertThat(refused("fetch-failed")).hasMessageContaining("not " + header);
  }

  @Test
  void aBodyThatIsCutShortIsRefused() throws Exception {
    byte[] whole = coded("gzip", PICTURE);
    answer(200, Arrays.copyOf(whole, whole.length - 10), "Content-Encoding", "gzip");
    refused("fetch-failed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate", "br", "zstd", "utf-8", "base64"})
  void aPictureThatWasNeverCodedIsTakenAsItIs(String header) throws Exception {
    byte[] jpeg = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xE0, 0, 16, 'J', 'F', 'I', 'F'};
    answer(200, jpeg, "Content-Encoding", header);
    assertThat(fetched()).isEqualTo(jpeg);
  }

  @Test
  void anUnknownCodingIsNamed() {
    answer(200, PICTURE, "Content-Encoding", "dcb");
    assertThat(refused("http-refused")).hasMessageContaining("Content-Encoding dcb");
  }

  @ParameterizedTest
  @CsvSource({
    "203, ''",
    "206, bytes 0-30/31",
    "206, Bytes 0-30/31",
  })
  void wholePicturesAreTakenWhateverTheStatus(int status, String range) throws Exception {
    answer(status, PICTURE, "Content-Range", range);
    assertThat(fetched()).isEqualTo(PICTURE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bytes 0-30/32", "bytes 0-30/*", "bytes 1-31/32", "bytes 0-29/30", "", "x"})
  void partsAreRefusedAsThat(String range) {
    answer(206, PICTURE, "Content-Range", range);
    assertThat(refused("http-refused")).hasMessageContaining("206 with a part only");
  }

  @Test
  void theyAreToldWhatIsRead() throws Exception {
    hosts.serve(
        "/a",
        exchange ->
            LocalHosts.answer(
                exchange, 200, exchange.getRequestHeaders().getFirst("Accept").getBytes(US_ASCII)));
    assertThat(fetched())
        .asString()
        .isEqualTo("image/jpeg,image/png,image/webp,image/gif,image/bmp,image/tiff,*/*;q=0.1");
  }

  /** What each request said of a header, in their order. */
  private List<String> said(String header) {
    List<String> said = new ArrayList<>();
    hosts.serve(
        "/ask",
        exchange -> {
          said.add(String.valueOf(exchange.getRequestHeaders().get(header)));
          LocalHosts.answer(exchange, 200, PICTURE);
        });
    return said;
  }

  private RequestHeaders headers(Map<String, String> values, @Nullable String file)
      throws Exception {
    return HeaderSettings.read(values, "agent/1.0 (me@example.org)", file);
  }

  @Test
  void headersGoToTheirHostsAlone() throws Exception {
    List<String> said = said("X-Token");
    String plain = "http://good.example:" + hosts.port();
    HttpFetcher fetcher =
        hosts.fetcher(
            MAX_BYTES,
            1 << 20,
            16,
            headers(
                Map.of(
                    plain + ".X-Token",
                    "hidden",
                    // For encrypted links alone.
                    "evil.example:" + hosts.port() + ".X-Token",
                    "never",
                    "other.good.example.X-Token",
                    "never"),
                null),
            "127.0.0.1");
    for (String host :
        List.of("good.example", "GOOD.example.", "other.good.example", "evil.example")) {
      LocalHosts.text(fetcher.fetch(hosts.link(host, "/ask"), null));
    }
    assertThat(said).containsExactly("[hidden]", "[hidden]", "null", "null");
  }

  @Test
  void redirectionsTakeNoHeadersElsewhere() throws Exception {
    List<String> said = said("X-Token");
    hosts.redirect("/there", hosts.link("evil.example", "/ask"));
    hosts.redirect("/sub", hosts.link("other.good.example", "/ask"));
    hosts.redirect("/here", "/ask");
    hosts.redirect("/round", hosts.link("evil.example", "/back"));
    hosts.redirect("/back", hosts.link("good.example", "/ask"));
    int port = hosts.port();
    RequestHeaders any = headers(Map.of("http://*:" + port + ".X-Token", "hidden"), null);
    RequestHeaders below =
        headers(
            Map.of(
                "http://good.example:" + port + ".X-Token", "hidden",
                "http://*.good.example:" + port + ".X-Token", "hidden below"),
            null);
    for (RequestHeaders configured : List.of(any, below)) {
      HttpFetcher fetcher = hosts.fetcher(MAX_BYTES, 1 << 20, 16, configured, "127.0.0.1");
      for (String path : List.of("/there", "/sub", "/here", "/round")) {
        LocalHosts.text(fetcher.fetch(hosts.link("good.example", path), null));
      }
      assertThat(said).containsExactly("null", "null", "[hidden]", "[hidden]");
      said.clear();
    }
  }

  @Test
  void theHeadersOfAFileAndTheUserAgentAreSent() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("headers"),
            "# comment\n\nhttp://good.example:" + hosts.port() + " User-Agent: special (a:b)\n");
    List<String> said = said("User-Agent");
    HttpFetcher fetcher =
        hosts.fetcher(MAX_BYTES, 1 << 20, 16, headers(Map.of(), file.toString()), "127.0.0.1");
    LocalHosts.text(fetcher.fetch(hosts.link("good.example", "/ask"), null));
    LocalHosts.text(fetcher.fetch(hosts.link("evil.example", "/ask"), null));
    assertThat(said).containsExactly("[special (a:b)]", "[agent/1.0 (me@example.org)]");
    assertThat(FetchOptions.USER_AGENT.defaultValue()).isEqualTo("groundstream");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "good.example X-Token hidden",
        "good.example Host: hidden",
        "good.example X Token: hidden",
        "X-Token: hidden",
        "a|b X-Token: hidden"
      })
  void aFileOfOtherLinesIsRefusedWithoutShowingThem(String line) throws Exception {
    Path file = Files.writeString(folder.resolve("headers"), "# fine\n" + line);
    Throwable failure = catchThrowable(() -> headers(Map.of(), file.toString()).all());
    assertThat(failure)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line 2 (expected: HOST NAME: VALUE")
        .hasMessageNotContaining("hidden");
  }

  @Test
  void aFailureShowsNoHeader() throws Exception {
    RequestHeaders headers =
        headers(Map.of("http://good.example:" + hosts.port() + ".X-Token", "hidden"), null);
    answer(401, new byte[0]);
    HttpFetcher fetcher = hosts.fetcher(MAX_BYTES, 1 << 20, 16, headers, "127.0.0.1");
    Throwable failure =
        catchThrowable(
            () -> fetcher.fetch(hosts.link("good.example", "/a"), null).get(20, TimeUnit.SECONDS));
    assertThat(failure).hasMessageContaining("401").hasMessageNotContaining("hidden");
    assertThat(headers.toString()).doesNotContain("hidden");
  }
}
