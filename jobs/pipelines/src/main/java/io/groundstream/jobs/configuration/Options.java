package io.groundstream.jobs.configuration;

import io.groundstream.operators.archive.settings.ArchiveOptions;
import io.groundstream.operators.deadletter.DeadLetterOptions;
import io.groundstream.operators.fetch.FetchOptions;
import io.groundstream.operators.format.EventFormats;
import io.groundstream.operators.format.TopicOptions;
import io.groundstream.operators.grounding.GroundingOptions;
import io.groundstream.operators.grounding.ModelOptions;
import io.groundstream.operators.grounding.RequestOptions;
import io.groundstream.operators.index.IndexOptions;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.kafka.RegistryOptions;
import io.groundstream.operators.output.OutputOptions;
import io.groundstream.operators.output.ResultOptions;
import io.groundstream.operators.settings.InvalidConfigurationException;
import io.groundstream.operators.settings.JobOptions;
import io.groundstream.operators.settings.SettingsReader;
import io.groundstream.operators.tracing.TraceOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;

/** All options of all jobs; one configuration file may hold the keys of several jobs. */
public final class Options {
  private static final List<ConfigOption<?>> ALL =
      Stream.<List<? extends ConfigOption<?>>>of(
              List.of(
                  BackfillOptions.NAME,
                  BackfillOptions.STATE_DIRECTORY,
                  OutputOptions.DIRECTORY,
                  OutputOptions.FORMAT,
                  OutputOptions.COMPRESSION,
                  KafkaOptions.BOOTSTRAP_SERVERS,
                  KafkaOptions.EVENTS_TOPICS,
                  KafkaOptions.EVENTS_PATTERN,
                  KafkaOptions.DISCOVERY_INTERVAL,
                  KafkaOptions.IMAGES_TOPIC,
                  KafkaOptions.PHRASES_TOPIC,
                  KafkaOptions.DEAD_LETTERS_TOPIC,
                  KafkaOptions.GROUP_ID,
                  KafkaOptions.STARTING_OFFSETS,
                  KafkaOptions.DELIVERY_GUARANTEE,
                  KafkaOptions.TRANSACTIONAL_ID_PREFIX,
                  KafkaOptions.TRANSACTION_TIMEOUT,
                  KafkaOptions.ACCESS_TIMEOUT,
                  KafkaOptions.MAX_RECORD_BYTES,
                  KafkaOptions.TOMBSTONES,
                  RegistryOptions.URLS,
                  RegistryOptions.AUTO_REGISTER,
                  RegistryOptions.RETRY_TIMEOUT,
                  RegistryOptions.UNKNOWN_ID_TIMEOUT,
                  RegistryOptions.IGNORE_RECORD_NAMES),
              ModelOptions.ALL,
              List.of(RequestOptions.HEADER, GroundingOptions.DEFAULT_TASKS),
              GroundingOptions.ANSWERS,
              List.of(
                  GroundingOptions.CAPACITY,
                  GroundingOptions.ORDERED,
                  GroundingOptions.MAX_REQUESTS,
                  GroundingOptions.PREPARATION_THREADS,
                  GroundingOptions.DECODING_MEMORY,
                  GroundingOptions.MAX_ATTEMPTS),
              FetchOptions.ALL,
              List.of(
                  TraceOptions.OTLP_ENDPOINT,
                  TraceOptions.SAMPLE_RATIO,
                  TraceOptions.SERVICE_NAME,
                  TraceOptions.QUEUE_CAPACITY,
                  TraceOptions.TIMEOUT,
                  DeadLetterOptions.MAX_BYTES,
                  DeadLetterOptions.MAX_ATTEMPTS,
                  ArchiveOptions.PATHS,
                  ArchiveOptions.ROOT,
                  ArchiveOptions.PICTURE_SUFFIXES,
                  ArchiveOptions.ATTRIBUTES,
                  ArchiveOptions.MAX_ATTRIBUTE_BYTES,
                  ArchiveOptions.MAX_SIDECAR_BYTES,
                  ArchiveOptions.PICTURE_COLUMNS,
                  ArchiveOptions.IMAGE_COLUMN,
                  ArchiveOptions.URI_COLUMN,
                  ArchiveOptions.ID_COLUMN,
                  ArchiveOptions.REQUESTS_COLUMN,
                  ArchiveOptions.DELIMITER,
                  ArchiveOptions.GROUP_FILES,
                  ArchiveOptions.GROUP_BYTES,
                  ArchiveOptions.MAX_SPLIT_BYTES,
                  ArchiveOptions.MAX_ROW_GROUP_BYTES,
                  ArchiveOptions.PICTURES_PER_SECOND,
                  ArchiveOptions.LOOK_AROUND,
                  ArchiveOptions.MAX_DECOMPRESSION_RATIO,
                  ArchiveOptions.MAX_DECOMPRESSED_BYTES,
                  ArchiveOptions.MAX_DECOMPRESSION_MEMORY,
                  IndexOptions.URLS,
                  IndexOptions.ALIAS,
                  IndexOptions.NAME,
                  IndexOptions.CREATE,
                  IndexOptions.USERNAME,
                  IndexOptions.PASSWORD,
                  IndexOptions.PASSWORD_FILE,
                  IndexOptions.AUTHORIZATION,
                  IndexOptions.CA_CERTIFICATES,
                  IndexOptions.BULK_MAX_DOCUMENTS,
                  IndexOptions.BULK_MAX_SIZE,
                  IndexOptions.BULK_MAX_WAIT,
                  IndexOptions.BULK_MAX_IN_FLIGHT,
                  IndexOptions.REQUEST_TIMEOUT,
                  IndexOptions.RETRY_TIMEOUT,
                  IndexOptions.GIVEN_BOXES,
                  IndexOptions.MAX_ENTITIES,
                  IndexOptions.INCOMPLETE_TIMEOUT,
                  IndexOptions.ORPHAN_TIMEOUT,
                  IndexOptions.STATE_TTL,
                  JobOptions.NAME,
                  JobOptions.PARALLELISM,
                  JobOptions.MAX_PARALLELISM,
                  JobOptions.CHECKPOINT_INTERVAL))
          .<ConfigOption<?>>flatMap(List::stream)
          .toList();

  private Options() {}

  /** Returns all options, with those of the event formats on the class path at the end. */
  public static List<ConfigOption<?>> all() {
    List<ConfigOption<?>> all = new ArrayList<>(ALL);
    all.addAll(ResultOptions.all());
    all.addAll(EventFormats.options());
    return all;
  }

  /**
   * Reads settings from a configuration.
   *
   * @param values the keys with their values as text
   * @param read a function that reads the needed options and reports their problems
   * @throws InvalidConfigurationException if a key is unknown, a value invalid, or a required one
   *     missing; it reports all problems together
   */
  public static <T> T parse(Map<String, String> values, Function<SettingsReader, T> read)
      throws InvalidConfigurationException {
    SettingsReader reader = new SettingsReader(values);
    reader.rejectUnknownKeys(all(), prefixes());
    T settings = read.apply(reader);
    reader.throwIfWrong();
    return settings;
  }

  /** Returns the prefixes of keys that are passed through to Flink and to clients. */
  public static List<String> prefixes() {
    return List.of(
        KafkaOptions.PROPERTIES_PREFIX,
        RegistryOptions.PROPERTIES_PREFIX,
        FetchOptions.HEADERS_PREFIX,
        TraceOptions.HEADERS_PREFIX,
        RequestOptions.RULES_PREFIX,
        TopicOptions.PREFIX,
        JobOptions.FLINK_PREFIX);
  }
}
