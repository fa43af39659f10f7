package io.groundstream.jobs.cli;

import io.groundstream.operators.settings.JobOptions;
import java.util.Map;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.streaming.api.environment.LocalStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** What commands need to run a job with a Flink of its own, in this process. */
final class LocalJobs {
  private static final String PORT = JobOptions.FLINK_PREFIX + RestOptions.PORT.key();
  private static final String BIND_PORT = JobOptions.FLINK_PREFIX + RestOptions.BIND_PORT.key();

  private LocalJobs() {}

  /** Returns whether a job would run in this process, and not on a cluster. */
  static boolean isLocal() {
    return StreamExecutionEnvironment.getExecutionEnvironment() instanceof LocalStreamEnvironment;
  }

  /** Flink's page needs a port; the usual one may be taken by a real cluster. */
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

  /** Returns where Flink's page is, of a job whose port was chosen. */
  static String page(Map<String, String> values) {
    return "http://localhost:" + values.get(PORT);
  }
}
