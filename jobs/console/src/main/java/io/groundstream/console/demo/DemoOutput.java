package io.groundstream.console.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder that the demo writes to. */
final class DemoOutput {
  private static final Logger LOG = LoggerFactory.getLogger(DemoOutput.class);
  private static final String ENDPOINTS = "endpoints.json";

  private final Path folder;

  private DemoOutput(Path folder) {
    this.folder = folder;
  }

  /** Prepares the folder, without what an earlier demo left in it. */
  static DemoOutput prepare(Path folder) throws DemoException {
    DemoOutput output = new DemoOutput(folder);
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(folder.resolve(ENDPOINTS));
      output.deleteData();
      Files.createDirectories(output.data());
      Files.createDirectories(output.logs());
      return output;
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  /**
   * The data of brokers and clusters while they run; deleted at the end. Its name is unlike that of
   * any folder of a user: the output folder may be the user's project.
   */
  Path data() {
    return folder.resolve(".groundstream-demo");
  }

  Path logs() {
    return folder.resolve("logs");
  }

  Path page() {
    return folder.resolve("index.html");
  }

  /** Writes where everything listens, for other processes; the file appears as a whole. */
  void writeEndpoints(
      String bootstrapServers,
      String schemaRegistry,
      String flink,
      @Nullable URI search,
      String view)
      throws DemoException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode endpoints = json.createObjectNode();
    endpoints.put("bootstrap_servers", bootstrapServers);
    endpoints.put("schema_registry", schemaRegistry);
    endpoints.put("flink", flink);
    if (search != null) {
      endpoints.put("opensearch", search.toString());
    }
    if (!view.isEmpty()) {
      endpoints.put("view", view);
    }
    endpoints
        .putObject("topics")
        .put("events", DemoTopics.EVENTS)
        .put("images", DemoTopics.IMAGES)
        .put("phrases", DemoTopics.PHRASES)
        .put("dead_letters", DemoTopics.DEAD_LETTERS);
    Path file = folder.resolve(ENDPOINTS);
    Path draft = folder.resolve(ENDPOINTS + ".new");
    try {
      Files.writeString(
          draft, json.writerWithDefaultPrettyPrinter().writeValueAsString(endpoints) + "\n");
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  DemoException unusable(IOException cause) {
    return unusable(folder, cause);
  }

  static DemoException unusable(Path folder, IOException cause) {
    return new DemoException("--output: " + folder + " cannot be written to: " + cause, cause);
  }

  /** Deletes what only running services need. What cannot be deleted stays. */
  void deleteData() {
    for (Path path : List.of(data(), logs().resolve("registry-boot"))) {
      if (Files.exists(path)) {
        try (Stream<Path> below = Files.walk(path)) {
          below.sorted(Comparator.reverseOrder()).forEach(DemoOutput::delete);
        } catch (IOException | UncheckedIOException e) {
          LOG.warn("{} is left behind", path, e);
        }
      }
    }
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
