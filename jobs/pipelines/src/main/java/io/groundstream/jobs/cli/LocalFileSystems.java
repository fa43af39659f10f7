package io.groundstream.jobs.cli;

import io.groundstream.operators.settings.JobOptions;
import java.util.Map;
import org.apache.flink.configuration.ConfigConstants;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.PluginUtils;

/**
 * Loads file systems, such as object stores, for jobs that run in this process. A cluster loads
 * Flink's file systems from its plugins folder; here the environment variable {@code
 * FLINK_PLUGINS_DIR} names such a folder, with a folder for each plugin.
 */
final class LocalFileSystems {
  private LocalFileSystems() {}

  /**
   * Registers the file systems of the plugins in this process.
   *
   * @param values the job's configuration; keys under {@code flink.} apply to them, too, such as
   *     {@code flink.s3.endpoint}
   */
  static void load(Map<String, String> values) {
    if (System.getenv(ConfigConstants.ENV_FLINK_PLUGINS_DIR) == null) {
      return;
    }
    Configuration flink = new Configuration();
    values.forEach(
        (key, value) -> {
          if (key.startsWith(JobOptions.FLINK_PREFIX)) {
            flink.setString(key.substring(JobOptions.FLINK_PREFIX.length()), value);
          }
        });
    FileSystem.initialize(flink, PluginUtils.createPluginManagerFromRootFolder(flink));
  }
}
