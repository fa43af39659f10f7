package io.groundstream.kosmos2.program;

import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.apiguardian.api.API;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures the free memory of devices. */
@API(status = API.Status.INTERNAL)
public final class DeviceMemory {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceMemory.class);
  private static final Path MEMORY_INFO = Path.of("/proc/meminfo");
  private static final Path GROUP_LIMIT = Path.of("/sys/fs/cgroup/memory.max");
  private static final Path GROUP_USE = Path.of("/sys/fs/cgroup/memory.current");

  private DeviceMemory() {}

  /**
   * Returns the free memory of a device in bytes: for a GPU, its unused memory; for a CPU, the
   * memory available without swapping, within the container's limit. Empty if unknown.
   *
   * @param device a device returned by {@link TorchRuntime#resolve}
   */
  public static OptionalLong free(DeviceSpec device) {
    try {
      return device.kind() == DeviceSpec.Kind.GPU
          ? OptionalLong.of(freeOfGpu(device))
          : freeOfMachine();
    } catch (IOException | RuntimeException | LinkageError e) {
      LOG.debug("The free memory of {} is unknown", device, e);
      return OptionalLong.empty();
    }
  }

  private static long freeOfGpu(DeviceSpec device) {
    MemoryUsage memory = CudaUtils.getGpuMemory(TorchRuntime.toDjl(device));
    return memory.getMax() - memory.getUsed();
  }

  private static OptionalLong freeOfMachine() throws IOException {
    OptionalLong available =
        Files.readAllLines(MEMORY_INFO).stream()
            .filter(line -> line.startsWith("MemAvailable:"))
            .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
            .findFirst();
    if (available.isEmpty() || !Files.isReadable(GROUP_LIMIT)) {
      return available;
    }
    String limit = Files.readString(GROUP_LIMIT).strip();
    if (limit.equals("max")) {
      return available;
    }
    long left = Long.parseLong(limit) - Long.parseLong(Files.readString(GROUP_USE).strip());
    return OptionalLong.of(Math.min(available.getAsLong(), Math.max(0, left)));
  }
}
