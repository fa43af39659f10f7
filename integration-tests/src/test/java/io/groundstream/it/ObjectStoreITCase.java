package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.GroundedImage;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.SeekableByteArrayInput;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests a backfill whose archive, results and state are in an object store. */
@Timeout(300)
final class ObjectStoreITCase {
  private static final Path SCENES = Path.of("..", "jobs", "demo-scenes");
  private static final int COPIES = 3;
  private static final int SCENE_COUNT = 24;

  @TempDir private Path directory;

  @Test
  void aKilledBackfillGoesOnWhereItWas() throws Exception {
    try (ObjectStore store = ObjectStore.start(directory.resolve("store"))) {
      for (int copy = 0; copy < COPIES; copy++) {
        store.put("images/shard-" + copy + ".tar", shard());
      }
      store.put("images/loose/one.jpg", Files.readAllBytes(SCENES.resolve("scene-000.jpg")));

      Process first = backfill(store, "--rate", "15");
      try {
        Eventually.holds(
            Duration.ofMinutes(2),
            "a checkpoint in the store",
            () ->
                !first.isAlive()
                    || store.keys("state").stream().anyMatch(key -> key.endsWith("/_metadata")));
        assertThat(first.isAlive()).as(log()).isTrue();
      } finally {
        first.destroyForcibly().waitFor();
      }
      Process second = backfill(store, "--resume");
      try {
        assertThat(second.waitFor(120, TimeUnit.SECONDS)).as(log()).isTrue();
        assertThat(second.exitValue()).as(log()).isZero();
      } finally {
        second.destroyForcibly().waitFor();
      }

      assertThat(log()).contains("Resuming run in-store from chk-");
      assertThat(imageIds(store))
          .hasSize(COPIES * SCENE_COUNT + 1)
          .doesNotHaveDuplicates()
          .contains("loose/one", "shard-2/scene-023");
      assertThat(store.keys("out/dead-letters")).isEmpty();
      // Nothing remains except the list of finished files for the next run.
      assertThat(store.keys("state"))
          .containsExactlyInAnyOrder("state/in-store/run.json", "state/in-store/finished.gz");
      assertThat(store.keys("out")).allMatch(key -> key.endsWith(".avro"));
    }
  }

  private static byte[] shard() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (int i = 0; i < SCENE_COUNT; i++) {
        String name = String.format(Locale.ROOT, "scene-%03d.jpg", i);
        byte[] image = Files.readAllBytes(SCENES.resolve(name));
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(image.length);
        tar.putArchiveEntry(entry);
        tar.write(image);
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static List<String> imageIds(ObjectStore store) throws Exception {
    List<String> ids = new ArrayList<>();
    for (String key : store.keys("out/images")) {
      try (DataFileReader<GroundedImage> reader =
          new DataFileReader<>(
              new SeekableByteArrayInput(store.get(key)),
              new SpecificDatumReader<>(GroundedImage.class))) {
        reader.forEach(image -> ids.add(image.getImageId()));
      }
    }
    return ids;
  }

  private Process backfill(ObjectStore store, String... more) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(List.of("-Dai.djl.offline=true", "-DRUST_FLAVOR=cpu"));
    for (String name : List.of("lang", "util", "nio", "time", "util.concurrent")) {
      command.add("--add-opens=java.base/java." + name + "=ALL-UNNAMED");
    }
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            "io.groundstream.console.cli.Console",
            "backfill",
            "--checkpoint",
            Path.of("..", "model-serving", "demo-checkpoint").toString(),
            "--to-files",
            "s3://" + ObjectStore.BUCKET + "/out",
            "--state",
            "s3://" + ObjectStore.BUCKET + "/state",
            "--name",
            "in-store",
            "-Djob.checkpoint-interval=500 ms"));
    store.configuration().forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.addAll(List.of(more));
    command.add("s3://" + ObjectStore.BUCKET + "/images");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()));
    builder.environment().put("FLINK_PLUGINS_DIR", ObjectStore.plugins().toString());
    builder.environment().put("GOMP_SPINCOUNT", "2000");
    return builder.start();
  }

  private Path logFile() {
    return directory.resolve("backfill.log");
  }

  private String log() throws Exception {
    return Files.exists(logFile()) ? Files.readString(logFile()) : "";
  }
}
