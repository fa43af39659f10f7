package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged SQL jar as it lies in Flink's {@code lib/}, beside the engine folder. */
@Timeout(240)
final class SqlJarITCase {
  private static final Path JAR = Path.of("..", "jobs", "sql", "target", "groundstream-sql.jar");
  private static final Path CHECKPOINT =
      Path.of("..", "model-serving", "demo-checkpoint").toAbsolutePath().normalize();
  private static final Path SCENES = ClusterEvents.SCENES.toAbsolutePath().normalize();

  @TempDir private Path folder;

  @Test
  void queriesNeedTheJarTheEngineAndFlinkOnly() throws Exception {
    List<Path> classPath = new ArrayList<>(FlinkJars.distribution());
    classPath.addAll(FlinkJars.engine());
    classPath.add(JAR);
    classPath.add(mainClass());
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] scene = Files.readAllBytes(SCENES.resolve("scene-001.jpg"));
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, scene.length);
            exchange.getResponseBody().write(scene);
          }
        });
    server.start();
    String options =
        "'model.checkpoint' = '%s', 'model.dtype' = 'float32', 'on-error' = 'row', 'fetch.allowed-roots' = '%s', 'fetch.http.allowed-hosts' = '*.example.org;127.0.0.1:%d', 'fetch.http.plain-allowed' = 'true', 'fetch.http.opened-addresses' = '127.0.0.1/32'"
            .formatted(CHECKPOINT, SCENES, server.getAddress().getPort());

    Path configuration = Files.createDirectories(folder.resolve("conf"));
    FlinkCluster.write(configuration.resolve("config.yaml"), Map.of("rest.address", "localhost"));

    String output;
    try (LocalProcess process =
        LocalProcess.start(
            configuration,
            folder.resolve("sql.log"),
            classPath,
            List.of(
                "-Xmx1g",
                "-Dai.djl.offline=true",
                "-DRUST_FLAVOR=cpu",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED"),
            SqlJarMain.class.getName(),
            List.of(
                "CREATE MODEL kosmos INPUT (image STRING) OUTPUT (caption STRING, error_code"
                    + " STRING) WITH ('provider' = 'groundstream', "
                    + options
                    + ")",
                "CREATE TEMPORARY VIEW links AS SELECT * FROM (VALUES ('%s'), ('https://www.example.com/a.jpg'), ('http://127.0.0.1:%d/scene-001.jpg')) AS v(uri)"
                    .formatted(
                        SCENES.resolve("scene-000.jpg").toUri(), server.getAddress().getPort()),
                "SELECT caption, error_code FROM ML_PREDICT(TABLE links, MODEL kosmos,"
                    + " DESCRIPTOR(uri))",
                "LOAD MODULE groundstream WITH (" + options + ")",
                "SELECT phrase, iou(ROW(x_min, y_min, x_max, y_max), ROW(0, 0, 1, 1)) > 0 AS"
                    + " shares, box_relation(ROW(x_min, y_min, x_max, y_max), ROW(0, 0, 1, 1))[1]"
                    + " AS relation FROM links, LATERAL TABLE(ground_image(uri, 'phrase-grounding',"
                    + " 'a ball')) AS g",
                "SELECT crop(x'00', ROW(0, 0, 1, 1)) IS NULL AS nothing"))) {
      output = process.awaitEnd(180);
    } finally {
      server.stop(0);
    }

    assertThat(output)
        .containsPattern("An image of a mushroom and a ball\\. \\| +<NULL> \\|")
        .containsPattern("<NULL> \\| +host-not-allowed \\|")
        // Of the image that was fetched by HTTP.
        .containsPattern("An image of a tulip\\. \\| +<NULL> \\|")
        .containsPattern("a ball \\| +TRUE \\| +inside \\|")
        .containsPattern("nothing.*\n.*\n.*TRUE \\|");
  }

  /** Flink's connectors and formats for SQL bring their own, of other versions. */
  @Test
  void theJarLeavesOutWhatConnectorsAndFormatsBring() throws Exception {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      assertThat(jar.stream().map(JarEntry::getName))
          .contains(
              "io/groundstream/sql/model/GroundstreamModelProviderFactory.class",
              "META-INF/services/org.apache.flink.table.factories.Factory")
          .noneMatch(
              name ->
                  name.startsWith("org/apache/kafka/")
                      || name.startsWith("org/apache/parquet/")
                      || name.startsWith("org/apache/flink/connector/kafka/")
                      || name.startsWith("org/apache/flink/connector/base/")
                      || name.startsWith("org/apache/flink/connector/file/")
                      || name.startsWith("org/apache/flink/table/")
                      || name.startsWith("ai/djl/")
                      || name.startsWith("io/groundstream/kosmos2/"));
    }
  }

  /** Returns a folder with the main class alone. */
  private Path mainClass() throws Exception {
    String file = SqlJarMain.class.getName().replace('.', '/') + ".class";
    Path target = folder.resolve("classes").resolve(file);
    Files.createDirectories(target.resolveSibling("."));
    try (InputStream in = SqlJarITCase.class.getClassLoader().getResourceAsStream(file)) {
      Files.write(target, in.readAllBytes());
    }
    return folder.resolve("classes");
  }
}
