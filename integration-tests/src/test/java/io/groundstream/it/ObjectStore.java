package io.groundstream.it;

import io.groundstream.jobs.cli.LocalPorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A server with the S3 API, in a separate process, with one bucket. */
final class ObjectStore implements AutoCloseable {
  static final String BUCKET = "archive";

  private static final Path HOME = Path.of("object-store", "target");
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Pattern KEY = Pattern.compile("<Key>([^<]*)</Key>");

  private final HttpClient client = HttpClient.newHttpClient();
  private final FlinkProcess process;
  private final URI address;

  private ObjectStore(FlinkProcess process, URI address) {
    this.process = process;
    this.address = address;
  }

  /**
   * Starts a server and returns when it answers.
   *
   * @param directory the directory for its objects and its log
   */
  static ObjectStore start(Path directory) throws Exception {
    Files.createDirectories(directory);
    int port = LocalPorts.free();
    List<Path> jars;
    try (Stream<Path> files = Files.list(HOME.resolve("lib"))) {
      jars = files.sorted().toList();
    }
    FlinkProcess process =
        LocalProcess.start(
            directory,
            directory.resolve("object-store.log"),
            jars,
            List.of("-Xmx384m", "-XX:TieredStopAtLevel=1"),
            "com.adobe.testing.s3mock.S3MockApplication",
            List.of(
                "--com.adobe.testing.s3mock.http-port=" + port,
                "--com.adobe.testing.s3mock.store.root=" + directory.resolve("objects"),
                "--server.port=0",
                "--com.adobe.testing.s3mock.store.initialBuckets=" + BUCKET));
    ObjectStore store = new ObjectStore(process, URI.create("http://localhost:" + port + "/"));
    Eventually.holds(PATIENCE, "an object store that answers", store::answers);
    return store;
  }

  private boolean answers() throws Exception {
    try {
      return send(HttpRequest.newBuilder(address.resolve(BUCKET + "?list-type=2")).build())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns the configuration that a job needs to use it. */
  Map<String, String> configuration() {
    return Map.of(
        "flink.s3.endpoint", address.toString(),
        "flink.s3.path-style-access", "true",
        "flink.s3.access-key", "any",
        "flink.s3.secret-key", "any",
        "flink.s3.region", "us-east-1");
  }

  /** Returns a plugins folder like that of a cluster. */
  static Path plugins() {
    return HOME.resolve("plugins").toAbsolutePath();
  }

  void put(String key, byte[] content) throws Exception {
    HttpResponse<byte[]> answer =
        send(HttpRequest.newBuilder(uri(key)).PUT(BodyPublishers.ofByteArray(content)).build());
    if (answer.statusCode() != 200) {
      throw new IOException(key + ": status " + answer.statusCode());
    }
  }

  byte[] get(String key) throws Exception {
    return send(HttpRequest.newBuilder(uri(key)).build()).body();
  }

  /** Returns the keys of all objects below a folder. */
  List<String> keys(String folder) throws Exception {
    URI list = address.resolve(BUCKET + "?list-type=2&prefix=" + folder + "/");
    String xml =
        new String(send(HttpRequest.newBuilder(list).build()).body(), StandardCharsets.UTF_8);
    List<String> keys = new ArrayList<>();
    Matcher matcher = KEY.matcher(xml);
    while (matcher.find()) {
      keys.add(matcher.group(1));
    }
    return keys;
  }

  private URI uri(String key) {
    return address.resolve(BUCKET + "/" + key);
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws Exception {
    return client.send(request, BodyHandlers.ofByteArray());
  }

  @Override
  public void close() {
    process.close();
  }
}
