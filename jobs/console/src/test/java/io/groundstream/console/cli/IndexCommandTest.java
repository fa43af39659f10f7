package io.groundstream.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.groundstream.jobs.cli.ExitCodes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests how {@code index} checks its configuration before it starts anything. */
class IndexCommandTest {
  private static final String SAMPLE = Path.of("..", "..", "deploy", "index.yaml").toString();

  @TempDir Path directory;

  private static CommandRun check(String... more) {
    List<String> arguments = new ArrayList<>(List.of("index", "--config", SAMPLE, "--check"));
    arguments.addAll(List.of(more));
    return CommandRun.groundstream(arguments.toArray(new String[0]));
  }

  @Test
  void theSampleIsFine() {
    CommandRun run = check();
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("The configuration is fine.");
  }

  @Test
  void filesOfTheIndexThatAreMissingAreTold() {
    String nowhere = directory.resolve("nowhere").toString();
    CommandRun password = check("-Dindex.username=u", "-Dindex.password-file=" + nowhere);
    assertThat(password.exitCode()).as(password.err()).isEqualTo(ExitCodes.FAILED);
    assertThat(password.err()).contains("index.password-file").contains(nowhere);

    CommandRun authorities = check("-Dindex.ca-certificates=" + nowhere);
    assertThat(authorities.exitCode()).as(authorities.err()).isEqualTo(ExitCodes.FAILED);
    assertThat(authorities.err()).contains("index.ca-certificates").contains(nowhere);
  }

  @Test
  void anIndexThatDoesNotAnswerIsToldWhereThatIsAsked() {
    CommandRun run = elsewhere("http://127.0.0.1:1");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.FAILED);
    assertThat(run.err())
        .containsPattern("kafka.bootstrap-servers +PROBLEM +no broker answers")
        .containsPattern("index.url +PROBLEM +OpenSearch at http://127.0.0.1:1/ gives no answer");
  }

  @Test
  void anIndexThatDoesNotLetInIsTold() throws Exception {
    HttpServer node =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    node.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(401, -1);
          exchange.close();
        });
    node.start();
    try {
      CommandRun run = elsewhere("http://127.0.0.1:" + node.getAddress().getPort());
      assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.FAILED);
      assertThat(run.err())
          .containsPattern("index.url +PROBLEM +OpenSearch at .* answers 401 \\(expected: ");
    } finally {
      node.stop(0);
    }
  }

  private static CommandRun elsewhere(String index) {
    return check(
        "--connect",
        "-Dkafka.bootstrap-servers=127.0.0.1:1",
        "-Dschema-registry.url=http://127.0.0.1:1",
        "-Dindex.url=" + index);
  }
}
