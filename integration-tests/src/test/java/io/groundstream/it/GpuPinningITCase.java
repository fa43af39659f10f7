package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests two task managers on one host, each with a GPU assigned by Flink's external resources: each
 * loads its model on the GPU that a discovery script reports to it.
 *
 * <p>The GPUs do not exist and the natives are for CPUs. So the test shows which device each task
 * manager requests from the natives, and that they reject exactly that one, but not that they would
 * open it.
 */
class GpuPinningITCase {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Path PLUGIN = Path.of("target", "flink-gpu-plugin");
  private static final Pattern GIVEN =
      Pattern.compile(
          "assigned the GPUs \\[(\\d+)] to this task manager; subtask \\d+ uses gpu:(\\d+)");
  private static final Pattern REFUSED = Pattern.compile("device: (gpu:\\d+) \\(expected: cpu\\)");
  private static final int SLOTS = 2;

  @TempDir private Path folder;

  @Test
  @Timeout(600)
  void eachTaskManagerUsesTheGpuThatFlinkGaveIt() throws Exception {
    Path plugins = Files.createDirectories(folder.resolve("conf/plugins/gpu"));
    for (Path jar : FlinkJars.in(PLUGIN)) {
      Files.copy(jar, plugins.resolve(jar.getFileName()));
    }
    try (EnrichmentCluster cluster =
        EnrichmentCluster.start(
            folder, Path.of("target", "gpu-logs"), SLOTS, resources(discoveryScript()))) {
      List<FlinkProcess> workers =
          List.of(cluster.flink().startTaskManager(), cluster.flink().startTaskManager());
      submit(cluster, 2 * SLOTS);
      // The first failure ends a job, usually before the other task manager loads its model.
      FlinkProcess first = refused(workers.get(0)).isEmpty() ? workers.get(1) : workers.get(0);
      first.kill();
      submit(cluster, SLOTS);

      Set<String> devices = new TreeSet<>();
      for (FlinkProcess worker : workers) {
        Set<String> ofWorker = new TreeSet<>();
        Matcher given = GIVEN.matcher(worker.log());
        while (given.find()) {
          assertThat(given.group(2)).as("index assigned to it").isEqualTo(given.group(1));
          ofWorker.add("gpu:" + given.group(2));
        }
        assertThat(ofWorker).as("devices of all subtasks of %s", worker.name()).hasSize(1);
        assertThat(refused(worker))
            .as("device that %s tried to open", worker.name())
            .isEqualTo(ofWorker);
        devices.addAll(ofWorker);
      }
      assertThat(devices).as("devices of both task managers").containsExactly("gpu:0", "gpu:1");
    }
  }

  /** Submits the job and waits until it has failed because of its device. */
  private static void submit(EnrichmentCluster cluster, int parallelism) throws Exception {
    String job = cluster.run(List.of(), Map.of("job.parallelism", Integer.toString(parallelism)));
    Eventually.holds(
        PATIENCE, "an end of the job", () -> cluster.flink().state(job).equals("FAILED"));
    assertThat(cluster.flink().get("jobs/" + job + "/exceptions").toString())
        .containsPattern(REFUSED)
        .contains("see no GPU");
  }

  private static Set<String> refused(FlinkProcess worker) throws Exception {
    Set<String> devices = new TreeSet<>();
    Matcher refused = REFUSED.matcher(worker.log());
    while (refused.find()) {
      devices.add(refused.group(1));
    }
    return devices;
  }

  private Map<String, String> resources(Path script) {
    Map<String, String> options = new HashMap<>();
    options.put("external-resources", "gpu");
    options.put("external-resource.gpu.amount", "1");
    options.put(
        "external-resource.gpu.driver-factory.class",
        "org.apache.flink.externalresource.gpu.GPUDriverFactory");
    options.put("external-resource.gpu.param.discovery-script.path", script.toString());
    options.put(
        "external-resource.gpu.param.discovery-script.args",
        folder.toAbsolutePath().resolve("taken").toString());
    return options;
  }

  /** Writes a script that assigns a different GPU to each task manager of this host. */
  private Path discoveryScript() throws Exception {
    Path script = folder.toAbsolutePath().resolve("discover.sh");
    Files.writeString(
        script,
        """
        #!/bin/sh
        # The arguments: how many GPUs are asked for, and a folder of those that are taken.
        index=0
        while ! mkdir "$2-$index"; do
          index=$((index + 1))
        done
        echo "$index"
        """);
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
