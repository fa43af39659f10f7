package io.groundstream.operators.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.groundstream.kosmos2.GroundingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every way inward that we know of, with any host allowed at the server's port, so that nothing but
 * the address stands between a link and what it must not reach. Nothing here asks a network.
 */
@Timeout(60)
class InwardReachTest {
  private static final List<String> INWARD =
      List.of(
          "127.0.0.1",
          "127.255.255.254",
          "0.0.0.0",
          "10.1.2.3",
          "100.64.0.1", // carriers' NAT
          "169.254.169.254", // metadata
          "169.254.170.2", // credentials of containers
          "100.100.100.200", // metadata
          "168.63.129.16", // metadata
          "172.16.0.1",
          "172.31.255.255",
          "192.0.0.192", // metadata
          "192.168.1.1",
          "198.18.0.1",
          "224.0.0.1",
          "239.255.255.250",
          "255.255.255.255",
          "::1",
          "::",
          "fe80::1",
          "fec0::1",
          "fc00::1",
          "fd00:ec2::254", // metadata
          "fd20:ce::254", // metadata
          "ff02::1",
          "::ffff:127.0.0.1", // IPv4 as IPv6
          "::ffff:169.254.169.254",
          "::127.0.0.1", // the same, of old
          "64:ff9b::7f00:1", // NAT64
          "64:ff9b::a9fe:a9fe",
          "64:ff9b:1::7f00:1",
          "2002:7f00:1::1", // 6to4
          "2002:a9fe:a9fe::1",
          "2001:0:7f00:1::1", // Teredo
          "2001:db8::1",
          "100::1"); // discarded

  @TempDir Path folder = Path.of("");
  private LocalHosts hosts;

  @BeforeEach
  void start() throws Exception {
    hosts = new LocalHosts();
    hosts.serve("/", exchange -> LocalHosts.answer(exchange, 200, "secret".getBytes(UTF_8)));
  }

  @AfterEach
  void stop() {
    hosts.close();
  }

  private static String code(CompletableFuture<FetchedImage> fetched) {
    Throwable failure = catchThrowable(() -> fetched.get(20, TimeUnit.SECONDS));
    return code(failure);
  }

  private static String code(Throwable failure) {
    if (failure.getCause() instanceof GroundingException reason) {
      return reason.errorCode().code();
    }
    throw new AssertionError("no code", failure);
  }

  private HttpFetcher fetcher() {
    return hosts.fetcher(1000, 1 << 20, 16);
  }

  @Test
  void noInwardAddressIsReachedByItselfOrByName() {
    HttpFetcher fetcher = fetcher();
    for (int i = 0; i < INWARD.size(); i++) {
      String address = INWARD.get(i);
      String literal = address.contains(":") ? "[" + address + "]" : address;
      assertThat(code(fetcher.fetch(hosts.link(literal, "/"), null)))
          .as(address)
          .isEqualTo("address-not-allowed");
      String name = "n" + i + ".example";
      hosts.name(name, address);
      assertThat(code(fetcher.fetch(hosts.link(name, "/"), null)))
          .as("a name of %s", address)
          .isEqualTo("address-not-allowed");
    }
    assertThat(hosts.asked).isEmpty();
  }

  @Test
  void redirectionsInwardAreNotFollowed() {
    hosts.name("open.example", "127.0.0.1");
    for (int i = 0; i < INWARD.size(); i++) {
      String address = INWARD.get(i);
      String literal = address.contains(":") ? "[" + address + "]" : address;
      hosts.redirect("/to/" + i, hosts.link(literal, "/inward"));
      hosts.name("m" + i + ".example", address);
      hosts.redirect("/by-name/" + i, hosts.link("m" + i + ".example", "/inward"));
    }
    HttpFetcher fetcher = hosts.fetcher(1000, 1 << 20, 16, "127.0.0.1");
    for (int i = 0; i < INWARD.size(); i++) {
      if (INWARD.get(i).equals("127.0.0.1") || INWARD.get(i).equals("::ffff:127.0.0.1")) {
        // Where the redirections are.
        continue;
      }
      assertThat(code(fetcher.fetch(hosts.link("open.example", "/to/" + i), null)))
          .as(INWARD.get(i))
          .isEqualTo("address-not-allowed");
      assertThat(code(fetcher.fetch(hosts.link("open.example", "/by-name/" + i), null)))
          .as("a name of %s", INWARD.get(i))
          .isEqualTo("address-not-allowed");
    }
    assertThat(hosts.asked).noneMatch(path -> path.equals("/inward"));
  }

  @Test
  void ofSeveralAddressesOnlyThoseThatAreAllowedAreAsked() throws Exception {
    hosts.name("both.example", "10.0.0.1 127.0.0.1 ::1");
    HttpFetcher fetcher = hosts.fetcher(1000, 1 << 20, 16, "127.0.0.1");
    assertThat(LocalHosts.text(fetcher.fetch(hosts.link("both.example", "/a"), null)))
        .isEqualTo("secret");
    assertThat(hosts.asked).containsExactly("/a");
  }

  @Test
  void aNameThatLeadsElsewhereTheSecondTimeIsCheckedAgain() {
    hosts.name("rebinding.example", "127.0.0.1", "169.254.169.254");
    hosts.redirect("/again", hosts.link("rebinding.example", "/"));
    HttpFetcher fetcher = hosts.fetcher(1000, 1 << 20, 16, "127.0.0.1");
    assertThat(code(fetcher.fetch(hosts.link("rebinding.example", "/again"), null)))
        .isEqualTo("address-not-allowed");
    assertThat(hosts.asked).containsExactly("/again");
  }

  /** Whatever is read into them, none of these is answered. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2130706433",
        "017700000001",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "0x7f000001",
        "127.1",
        "127.0.1",
        "0",
        "127.0.0.1.",
        "localhost",
        "localhost.",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:127.0.0.1]",
        "[::1%25lo]",
        "%31%32%37.0.0.1",
        "①②⑦.0.0.1",
        "127.0.0.1%2eexample"
      })
  void otherWaysToWriteLoopbackReachNothing(String host) {
    // Even where a resolver reads it as the one who wrote it hopes.
    hosts.name(host, "127.0.0.1");
    assertThat(code(fetcher().fetch(hosts.link(host, "/"), null)))
        .isIn("address-not-allowed", "host-unknown", "uri-invalid");
    assertThat(hosts.asked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "http://user:secret@good.example:PORT/, uri-not-allowed",
    "http://secret@good.example:PORT/, uri-not-allowed",
    "http://good.example:PORT@127.0.0.1:PORT/, uri-not-allowed",
    "http://127.0.0.1:PORT#@good.example/, address-not-allowed",
    "http://good.example:22/, host-not-allowed",
    "http:/127.0.0.1:PORT/, uri-invalid",
    "http://good.example:PORT\\@127.0.0.1/, uri-invalid",
    "http://good.example:PORT/%0d%0aHost:%20x, host-unknown",
  })
  void linksThatSayOneThingAndMeanAnother(String link, String code) {
    Throwable failure =
        catchThrowable(
            () ->
                fetcher()
                    .fetch(link.replace("PORT", "" + hosts.port()), null)
                    .get(20, TimeUnit.SECONDS));
    assertThat(code(failure)).isEqualTo(code);
    assertThat(failure).hasMessageNotContaining("secret");
    assertThat(hosts.asked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "file:ROOT/in/../../outside.jpg, uri-not-allowed",
    "file:ROOT/in/%2e%2e/%2e%2e/outside.jpg, uri-not-allowed",
    "file:ROOT/in/link-to-file.jpg, uri-not-allowed",
    "file:ROOT/in/link-to-folder/outside.jpg, uri-not-allowed",
    "file:ROOT/in/link-to-root/etc/passwd, uri-not-allowed",
    "file:/etc/passwd, uri-not-allowed",
    "file:///proc/self/environ, uri-not-allowed",
    "file://host/ROOT/in/a.jpg, uri-invalid",
    "file:ROOT/in/a.jpg%00.png, uri-invalid",
    "file:ROOT/inside.jpg, uri-not-allowed",
    "jar:file:ROOT/in/a.jar!/a.jpg, scheme-unsupported",
    "gopher://127.0.0.1/, scheme-unsupported",
    "ftp://127.0.0.1/a.jpg, scheme-unsupported",
  })
  void filesOutsideOfTheRootsAreNotRead(String uri, String code) throws Exception {
    Path root = folder.toRealPath();
    Path outside = Files.createDirectories(root.resolve("elsewhere"));
    Files.writeString(outside.resolve("outside.jpg"), "secret");
    Files.writeString(root.resolve("outside.jpg"), "secret");
    Files.writeString(root.resolve("inside.jpg"), "secret");
    Path roots = root.resolve("roots");
    Path in = Files.createDirectories(roots.resolve("in"));
    Files.createSymbolicLink(in.resolve("link-to-file.jpg"), outside.resolve("outside.jpg"));
    Files.createSymbolicLink(in.resolve("link-to-folder"), outside);
    Files.createSymbolicLink(in.resolve("link-to-root"), Path.of("/"));
    try (ImageFetchers fetchers =
        ImageFetchers.open(Grants.files(List.of(in.toString()), 2, Duration.ofSeconds(20)), 1000)) {
      String link = uri.replace("ROOT", roots.toString());
      assertThat(code(fetchers.fetch(link, null))).isEqualTo(code);
    }
  }
}
