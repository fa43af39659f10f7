package io.groundstream.jobs.configuration;

import io.groundstream.operators.archive.settings.ArchiveSettings;
import io.groundstream.operators.grounding.GroundingOptions;
import io.groundstream.operators.grounding.GroundingSettings;
import io.groundstream.operators.grounding.ModelSettings;
import io.groundstream.operators.grounding.RequestTemplate;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.kafka.RegistryOptions;
import io.groundstream.operators.kafka.RegistrySettings;
import io.groundstream.operators.output.FileOutput;
import io.groundstream.operators.output.KafkaOutput;
import io.groundstream.operators.output.OutputOptions;
import io.groundstream.operators.output.OutputOptions.Compression;
import io.groundstream.operators.output.OutputOptions.Format;
import io.groundstream.operators.output.OutputSettings;
import io.groundstream.operators.output.ResultFormats;
import io.groundstream.operators.settings.InvalidConfigurationException;
import io.groundstream.operators.settings.JobOptions;
import io.groundstream.operators.settings.JobSettings;
import io.groundstream.operators.settings.SettingsReader;
import io.groundstream.operators.tracing.TraceSettings;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The checked settings of a backfill.
 *
 * @param name the run's name
 * @param stateDirectory the folder of this run's state, not shared with other runs
 */
public record BackfillSettings(
    String name,
    String stateDirectory,
    ArchiveSettings archive,
    OutputSettings output,
    ModelSettings model,
    GroundingSettings grounding,
    TraceSettings traces,
    JobSettings job)
    implements Serializable {

  /** Longer than that of a stream: results are not urgent, and files become larger. */
  private static final Duration CHECKPOINT_INTERVAL = Duration.ofMinutes(1);

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}");
  private static final String PREFIX = "groundstream-backfill-";

  /**
   * Checks a configuration.
   *
   * @param values the keys of {@link Options} with their values as text
   * @throws InvalidConfigurationException if a key is unknown, a value invalid, or a required one
   *     missing; it reports all problems together
   */
  public static BackfillSettings parse(Map<String, String> values)
      throws InvalidConfigurationException {
    return Options.parse(values, BackfillSettings::read);
  }

  private static BackfillSettings read(SettingsReader reader) {
    String name =
        reader.get(
            BackfillOptions.NAME,
            text -> NAME.matcher(text).matches(),
            "up to 100 letters, digits, dots, underscores and hyphens");
    // One file may serve both jobs, so names and times that they must not share have other defaults
    // here.
    reader.setDefault(JobOptions.NAME, PREFIX + name);
    reader.setDefault(KafkaOptions.TRANSACTIONAL_ID_PREFIX, PREFIX + name);
    reader.setDefault(JobOptions.CHECKPOINT_INTERVAL, CHECKPOINT_INTERVAL);
    BackfillSettings settings =
        new BackfillSettings(
            name,
            stateDirectory(reader, name),
            ArchiveSettings.read(reader),
            output(reader, name),
            ModelSettings.read(reader),
            GroundingSettings.read(reader),
            TraceSettings.read(reader),
            JobSettings.read(reader));
    if (settings.grounding().requests().otherwise().defaults().stream()
        .anyMatch(RequestTemplate::needsTopic)) {
      reader.problem(
          GroundingOptions.DEFAULT_TASKS, "texts without {topic}, since archives have no topics");
    }
    if (settings.output() instanceof KafkaOutput to) {
      to.kafka().checkTransactions(reader, settings.job());
    }
    return settings;
  }

  private static String stateDirectory(SettingsReader reader, String name) {
    String configured =
        reader.find(BackfillOptions.STATE_DIRECTORY, text -> !text.isBlank(), "a folder");
    String folder =
        configured == null
            ? Path.of(System.getProperty("user.home"), ".groundstream", "backfill").toString()
            : configured;
    return absolute(folder) + "/" + name;
  }

  private static OutputSettings output(SettingsReader reader, String name) {
    Format format = reader.get(OutputOptions.FORMAT, any -> true, "avro or parquet");
    Compression compression = compression(reader, format);
    if (!reader.isSet(OutputOptions.DIRECTORY) && !reader.isSet(KafkaOptions.BOOTSTRAP_SERVERS)) {
      reader.problem(
          OutputOptions.DIRECTORY.key(),
          "not set",
          "a folder for results, or else "
              + KafkaOptions.BOOTSTRAP_SERVERS.key()
              + " and "
              + RegistryOptions.URLS.key());
      return new FileOutput("", format, compression, name);
    }
    if (!reader.isSet(OutputOptions.DIRECTORY)) {
      return new KafkaOutput(
          KafkaSettings.read(reader),
          RegistrySettings.read(reader),
          ResultFormats.read(reader),
          /* readsEvents= */ false);
    }
    String directory = reader.find(OutputOptions.DIRECTORY, text -> !text.isBlank(), "a folder");
    if (reader.isSet(KafkaOptions.BOOTSTRAP_SERVERS)) {
      reader.problem(
          KafkaOptions.BOOTSTRAP_SERVERS,
          "nothing, because " + OutputOptions.DIRECTORY.key() + " is set: results go to one place");
    }
    return new FileOutput(absolute(directory == null ? "." : directory), format, compression, name);
  }

  private static Compression compression(SettingsReader reader, Format format) {
    String text =
        reader.find(
            OutputOptions.COMPRESSION,
            found -> Compression.find(found) != null,
            "null, deflate, snappy or zstandard");
    Compression found = text == null ? null : Compression.find(text);
    return found == null
        ? switch (format) {
          case AVRO -> Compression.DEFLATE;
          case PARQUET -> Compression.ZSTANDARD;
        }
        : found;
  }

  /**
   * Returns a folder as a URI for Flink: unchanged if it has a scheme, otherwise as an absolute
   * path on this machine.
   */
  private static String absolute(String folder) {
    return folder.matches("[A-Za-z][A-Za-z0-9+.-]*:.*")
        ? folder.replaceFirst("/+$", "")
        : Path.of(folder).toAbsolutePath().normalize().toUri().toString().replaceFirst("/+$", "");
  }
}
