package io.groundstream.jobs.cli;

import io.groundstream.operators.settings.JobOptions;
import java.util.Map;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.streaming.api.environment.LocalStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Runs jobs with their own Flink in this process. */
final class LocalJobs {
  private static final String PORT = JobOptions.FLINK_PREFIX + RestOptions.PORT.key();
  private static final String BIND_PORT = JobOptions.FLINK_PREFIX + RestOptions.BIND_PORT.key();

  private LocalJobs() {}

  /** Returns whether a job would run in this process rather than on a cluster. */
  static boolean isLocal() {
    return StreamExecutionEnvironment.getExecutionEnvironment() instanceof LocalStreamEnvironment;
  }

  /** Chooses a port for Flink's page; a real cluster may use the default one. */
  static void choosePort(Map<String, String> values) throws CommandException {
    if (values.containsKey(BIND_PORT)) {
      values.putIfAbsent(PORT, values.get(BIND_PORT));
    } else if (!values.containsKey(PORT)) {
      try {
        values.put(PORT, Integer.toString(LocalPorts.free()));
      } catch (LocalServiceException e) {
        throw new CommandException("Flink's page: " + e.getMessage(), e);
      }
    }
    values.putIfAbsent(BIND_PORT, String.valueOf(values.get(PORT)));
  }

  /** Returns the URL of Flink's page, after its port was chosen. */
  static String page(Map<String, String> values) {
    return "http://localhost:" + values.get(PORT);
  }
}
