package io.groundstream.operators.device;

import io.groundstream.kosmos2.program.DeviceSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The GPUs that CUDA shows this process, which numbers them by itself: from 0 on, in the order of
 * {@code CUDA_VISIBLE_DEVICES} if that is set. Flink's discovery numbers them as {@code nvidia-smi}
 * does, by their place on the bus.
 *
 * @param all whether CUDA shows all GPUs, since {@code CUDA_VISIBLE_DEVICES} is not set
 * @param entries of {@code CUDA_VISIBLE_DEVICES}: numbers, or UUIDs of GPUs or MIG devices, which
 *     may be shortened. CUDA ignores an entry such as -1 and all after it, which hides GPUs.
 * @param inBusOrder whether CUDA numbers the devices of the machine by their place on the bus; by
 *     default the fastest comes first
 * @see <a
 *     href="https://docs.nvidia.com/cuda/cuda-c-programming-guide/index.html#cuda-environment-variables">
 *     CUDA's environment variables</a>
 */
record VisibleGpus(boolean all, List<String> entries, boolean inBusOrder) {
  private static final Logger LOG = LoggerFactory.getLogger(VisibleGpus.class);
  private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";
  private static final String ORDER = "CUDA_DEVICE_ORDER";

  static VisibleGpus of(Map<String, String> environment) {
    String visible = environment.get(VISIBLE);
    return new VisibleGpus(
        visible == null,
        visible == null
            ? List.of()
            : Arrays.stream(visible.split(",", -1))
                .map(String::strip)
                .takeWhile(entry -> !entry.isEmpty() && !entry.startsWith("-"))
                .toList(),
        "PCI_BUS_ID".equals(environment.get(ORDER)));
  }

  /**
   * Returns the device that CUDA has for a GPU of Flink's.
   *
   * @param gpu a number as {@code nvidia-smi} gives it, or the UUID of a GPU or MIG device
   * @throws IllegalStateException if the GPU is not visible, or the text is neither
   */
  DeviceSpec device(String gpu) {
    boolean number = gpu.chars().allMatch(Character::isDigit) && !gpu.isEmpty();
    if (all && number) {
      if (!gpu.equals("0") && !inBusOrder) {
        LOG.warn(
            "Flink assigned GPU {} by its place on the bus, and CUDA numbers the fastest first. If"
                + " this machine's GPUs differ, set {}=PCI_BUS_ID for the task manager.",
            gpu,
            ORDER);
      }
      return DeviceSpec.gpu(Integer.parseInt(gpu));
    }
    for (int i = 0; i < entries.size(); i++) {
      if (isSame(entries.get(i), gpu)) {
        return DeviceSpec.gpu(i);
      }
    }
    if (entries.size() == 1 && number && !isNumber(entries.get(0))) {
      // A UUID, such as that of a MIG device: CUDA sees no other.
      return DeviceSpec.gpu(0);
    }
    throw new IllegalStateException(
        number || gpu.startsWith("GPU-") || gpu.startsWith("MIG-")
            ? "%s: %s (expected: to contain %s, which Flink assigned to this task manager)"
                .formatted(VISIBLE, all ? "not set" : entries, gpu)
            : "index of external resource gpu: %s (expected: a number or a UUID of nvidia-smi; correct the discovery script)"
                .formatted(gpu));
  }

  private static boolean isNumber(String entry) {
    return entry.chars().allMatch(Character::isDigit);
  }

  /** Whether a visible device, whose UUID may be shortened, is the one that Flink means. */
  private static boolean isSame(String entry, String gpu) {
    return isNumber(entry) ? entry.equals(gpu) : gpu.startsWith(entry);
  }
}
