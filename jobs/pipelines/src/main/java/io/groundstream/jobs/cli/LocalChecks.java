package io.groundstream.jobs.cli;

import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.TorchRuntime;
import io.groundstream.operators.fetch.FetchSettings;
import io.groundstream.operators.grounding.ModelSettings;
import io.groundstream.operators.index.IndexConnectionSettings;
import io.groundstream.operators.index.IndexSetup;
import io.groundstream.operators.kafka.KafkaRights;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.kafka.RegistrySettings;
import io.groundstream.operators.settings.JobSettings;
import io.groundstream.schemas.SchemaRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.flink.configuration.CheckpointingOptions;

/** Checks what a job needs on this machine, without contacting others. */
final class LocalChecks {
  /** Represents all settings of Kafka clients. */
  static final String KAFKA_CLIENT = "properties.*";

  /** Represents all settings of the index client. */
  static final String INDEX_CLIENT = "index.*";

  private static final String FILE = "file:";

  private final StartChecks checks;

  LocalChecks(StartChecks checks) {
    this.checks = checks;
  }

  /** Checks the model's files and device. */
  void model(ModelSettings model) throws InterruptedException {
    checks.look(
        "model.checkpoint",
        () -> {
          Checkpoint checkpoint = model.toOptions(DeviceSpec.CPU).openCheckpoint();
          Path adapter = checkpoint.adapter();
          return "a Kosmos-2 checkpoint with %,d tensors in %s"
                  .formatted(checkpoint.tensors().size(), model.checkpoint())
              + (adapter == null
                  ? ""
                  : ", %,d of them changed by the adapter %s"
                      .formatted(checkpoint.adaptedCount(), adapter));
        });
    checks.look(
        "model.device",
        () -> {
          DeviceSpec device = DeviceSpec.parse(model.device());
          // Every machine has a CPU, and looking for other devices would load native libraries.
          return device.kind() == DeviceSpec.Kind.GPU
              ? TorchRuntime.resolve(device).toString()
              : device.toString();
        });
  }

  /** Checks the folders that events may refer to. */
  void roots(FetchSettings fetching) throws InterruptedException {
    for (String root : fetching.allowedRoots()) {
      checks.look("fetch.allowed-roots", () -> readable(root));
    }
  }

  /** Checks the folders in which the embedded Flink keeps its files. */
  void folders(JobSettings job) throws InterruptedException {
    checks.look("java.io.tmpdir", () -> writable(System.getProperty("java.io.tmpdir")));
    String checkpoints = job.flink().get(CheckpointingOptions.CHECKPOINTS_DIRECTORY.key());
    if (checkpoints != null) {
      checks.look(
          "flink." + CheckpointingOptions.CHECKPOINTS_DIRECTORY.key(), () -> writable(checkpoints));
    }
  }

  /** Checks whether Kafka clients can be created with their logins, certificates and stores. */
  void kafka(KafkaSettings kafka) throws InterruptedException {
    checks.look(
        KAFKA_CLIENT,
        () -> {
          KafkaRights.checkClient(kafka);
          return kafka.properties().getOrDefault("security.protocol", "PLAINTEXT");
        });
  }

  /** Checks whether the registry client can be created. */
  void registry(RegistrySettings registry) throws InterruptedException {
    checks.look(
        "schema-registry.properties.*",
        () -> {
          SchemaRegistry.connect(registry.urls(), registry.properties()).close();
          return "can be used";
        });
  }

  /** Checks the files with the password and the certificate authorities for the search index. */
  void index(IndexConnectionSettings index) throws InterruptedException {
    checks.look(
        INDEX_CLIENT,
        () -> {
          IndexSetup.checkFiles(index);
          return "can be used";
        });
  }

  /** Checks an output folder, which the job creates if it does not exist. */
  void output(String key, String directory) throws InterruptedException {
    checks.look(key, () -> writable(directory));
  }

  private static String writable(String text) throws IOException {
    if (isElsewhere(text)) {
      return text + ", not on this machine";
    }
    Path folder = path(text).toAbsolutePath();
    Path there = folder;
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    if (there == null || !Files.isDirectory(there) || !Files.isWritable(there)) {
      throw new IOException(text + " (expected: a folder that can be written to)");
    }
    return there.equals(folder) ? text : text + ", to be created";
  }

  private static String readable(String text) throws IOException {
    if (isElsewhere(text)) {
      return text + ", not on this machine";
    }
    Path folder = path(text);
    if (!Files.isDirectory(folder) || !Files.isReadable(folder)) {
      throw new IOException(text + " (expected: a folder on this machine that can be read)");
    }
    return text;
  }

  private static boolean isElsewhere(String text) {
    return text.contains("://") && !text.toLowerCase(Locale.ROOT).startsWith(FILE);
  }

  private static Path path(String text) {
    return text.toLowerCase(Locale.ROOT).startsWith(FILE)
        ? Path.of(URI.create(text).getPath())
        : Path.of(text);
  }
}
