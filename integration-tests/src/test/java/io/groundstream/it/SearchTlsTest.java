package io.groundstream.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.groundstream.console.cli.Console;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Tests the search command with a node that requires TLS and a password. */
class SearchTlsTest {
  private static final String PASSWORD = "open sesame";
  private static final String FIELDS =
      """
      {"fields": {
        "image_id": {"keyword": {}}, "event_time": {"date": {}},
        "attributes": {"flat_object": {}}, "requests": {"nested": {}},
        "requests.caption": {"text": {}}, "entities": {"nested": {}},
        "entities.phrase": {"text": {}}, "pairs": {"nested": {}},
        "pairs.subject.phrase": {"text": {}}, "pairs.subject.box_width": {"double": {}},
        "pairs.relations": {"keyword": {}}}}
      """;
  private static final String NOTHING_FOUND =
      """
      {"took": 1, "timed_out": false, "hits": {"total": {"value": 0}, "hits": []}}
      """;

  @TempDir private Path folder;

  private final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());
  private ServerCertificate certificate;
  private HttpsServer node;
  private String url;
  private volatile int status = 200;

  @BeforeEach
  void start() throws Exception {
    certificate = ServerCertificate.create(folder);
    node = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    node.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
    node.createContext(
        "/groundstream-images/",
        exchange -> {
          authorizations.add(
              String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          boolean search = exchange.getRequestURI().getPath().endsWith("/_search");
          byte[] body = (search ? NOTHING_FOUND : FIELDS).getBytes(UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    node.start();
    url = "https://127.0.0.1:" + node.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    node.stop(0);
  }

  /** The exit code of a command and its standard error. */
  private record Run(int exitCode, String err) {}

  private static Run search(String... options) {
    List<String> arguments = new ArrayList<>(List.of("search", "--limit=0"));
    Collections.addAll(arguments, options);
    arguments.add("dog");
    StringWriter err = new StringWriter();
    CommandLine command = Console.commandLine().setErr(new PrintWriter(err));
    int exitCode = command.execute(arguments.toArray(new String[0]));
    return new Run(exitCode, err.toString());
  }

  private Path passwordFile() throws Exception {
    return Files.writeString(folder.resolve("password"), PASSWORD + "\n");
  }

  @Test
  void searchesWithCertificateAndPasswordOfFilesAndPassesOverANodeThatIsAway() throws Exception {
    String away;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      away = "https://127.0.0.1:" + free.getLocalPort();
    }
    Run run =
        search(
            "--url=" + away + "," + url,
            "--user=ann",
            "--password-file=" + passwordFile(),
            "--ca-certificates=" + certificate.pem());

    assertThat(run).isEqualTo(new Run(0, ""));
    String login = Base64.getEncoder().encodeToString(("ann:" + PASSWORD).getBytes(UTF_8));
    // The command checks the index's fields before the first search.
    assertThat(authorizations).containsExactly("Basic " + login, "Basic " + login);
  }

  @Test
  void aRefusedPasswordIsNotShown() throws Exception {
    status = 401;

    Run run =
        search(
            "--url=" + url,
            "--user=ann",
            "--password-file=" + passwordFile(),
            "--ca-certificates=" + certificate.pem());

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("user ann or the password is refused").doesNotContain(PASSWORD);
  }

  @Test
  void withoutItsAuthorityTheNodeIsNotTrusted() {
    Run run = search("--url=" + url);

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains(url + ": no secure connection: ", "file of CA certificates");
    assertThat(authorizations).isEmpty();
  }

  @Test
  void filesThatCannotBeUsedAreNamed() throws Exception {
    Path missing = folder.resolve("missing");
    Run withoutPassword = search("--url=" + url, "--user=ann", "--password-file=" + missing);
    assertThat(withoutPassword.exitCode()).isEqualTo(2);
    assertThat(withoutPassword.err())
        .contains("--password-file: " + missing + " cannot be read (expected: a text file");

    Run withoutCertificate = search("--url=" + url, "--ca-certificates=" + passwordFile());
    assertThat(withoutCertificate.exitCode()).isEqualTo(2);
    assertThat(withoutCertificate.err())
        .contains("--ca-certificates: " + folder.resolve("password") + " cannot be used")
        .doesNotContain(PASSWORD);
  }
}
