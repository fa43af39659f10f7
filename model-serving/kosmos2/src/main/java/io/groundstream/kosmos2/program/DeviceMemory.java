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

/** How much memory a device has left. */
@API(status = API.Status.INTERNAL)
public final class DeviceMemory {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceMemory.class);
  private static final Path MEMORY_INFO = Path.of("/proc/meminfo");
  private static final Path GROUP_LIMIT = Path.of("/sys/fs/cgroup/memory.max");
  private static final Path GROUP_USE = Path.of("/sys/fs/cgroup/memory.current");

  private DeviceMemory() {}

  /**
   * Returns the bytes that a device has left: of a GPU, what nobody uses; of a CPU, what can be had
   * without swapping, within the limit of the container. Empty where that cannot be told.
   *
   * @param device as {@link TorchRuntime#resolve} returns it
   */
  public static OptionalLong free(DeviceSpec device) {
    try {
      return device.kind() == DeviceSpec.Kind.GPU
          ? OptionalLong.of(freeOfGpu(device))
          : freeOfMachine();
    } catch (IOException | RuntimeException | LinkageError e) {
      LOG.debug("The free memory of {} is not known", device, e);
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
