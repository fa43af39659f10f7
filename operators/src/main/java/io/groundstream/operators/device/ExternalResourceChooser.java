package io.groundstream.operators.device;

import io.groundstream.kosmos2.program.DeviceSpec;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Prefers the task manager's GPUs to the configuration. */
final class ExternalResourceChooser implements DeviceChooser {
  private static final Logger LOG = LoggerFactory.getLogger(ExternalResourceChooser.class);
  private static final String INDEX = "index";

  @Override
  public DeviceSpec choose(RuntimeContext context, DeviceSpec configured) {
    return DeviceChooser.choose(
        context.getExternalResourceInfos(EXTERNAL_RESOURCE),
        context.getTaskInfo().getIndexOfThisSubtask(),
        configured);
  }

  static DeviceSpec choose(
      Set<ExternalResourceInfo> infos, int subtask, DeviceSpec configured, VisibleGpus visible) {
    // Every subtask has the same order, whatever that of the set is.
    List<String> gpus =
        infos.stream()
            .flatMap(info -> info.getProperty(INDEX).stream())
            .map(String::strip)
            .sorted(Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder()))
            .toList();
    if (gpus.isEmpty()) {
      return configured;
    }
    DeviceSpec device = visible.device(gpus.get(subtask % gpus.size()));
    LOG.info(
        "Flink assigned the GPUs {} to this task manager; subtask {} uses {}",
        gpus,
        subtask,
        device);
    return device;
  }
}
