package io.groundstream.operators.config;

import java.util.List;
import org.apache.flink.configuration.ConfigOption;

/** All options, for help texts, the reference page, and the search for unknown keys. */
public final class Options {
  private static final List<ConfigOption<?>> ALL =
      List.of(
          BackfillOptions.NAME,
          BackfillOptions.STATE_DIRECTORY,
          OutputOptions.DIRECTORY,
          OutputOptions.FORMAT,
          KafkaOptions.BOOTSTRAP_SERVERS,
          KafkaOptions.EVENTS_TOPIC,
          KafkaOptions.IMAGES_TOPIC,
          KafkaOptions.PHRASES_TOPIC,
          KafkaOptions.DEAD_LETTERS_TOPIC,
          KafkaOptions.GROUP_ID,
          KafkaOptions.STARTING_OFFSETS,
          KafkaOptions.DELIVERY_GUARANTEE,
          KafkaOptions.TRANSACTIONAL_ID_PREFIX,
          KafkaOptions.TRANSACTION_TIMEOUT,
          KafkaOptions.MAX_RECORD_BYTES,
          RegistryOptions.URLS,
          RegistryOptions.AUTO_REGISTER,
          RegistryOptions.RETRY_TIMEOUT,
          ModelOptions.CHECKPOINT,
          ModelOptions.NAME,
          ModelOptions.REVISION,
          ModelOptions.DEVICE,
          ModelOptions.DTYPE,
          ModelOptions.MAX_BATCH_SIZE,
          ModelOptions.MEMORY,
          ModelOptions.QUEUE_CAPACITY,
          ModelOptions.THREADS,
          ModelOptions.MAX_IMAGE_BYTES,
          ModelOptions.MAX_IMAGE_PIXELS,
          ModelOptions.MAX_IMAGE_TIME,
          ModelOptions.IMAGE_BACKGROUND,
          ModelOptions.IMAGE_COLOR_PROFILES,
          ModelOptions.IMAGE_TRUNCATED,
          GroundingOptions.DEFAULT_TASKS,
          GroundingOptions.MAX_NEW_TOKENS,
          GroundingOptions.NO_REPEAT_NGRAM_SIZE,
          GroundingOptions.CAPACITY,
          GroundingOptions.ORDERED,
          GroundingOptions.MAX_REQUESTS,
          GroundingOptions.PREPARATION_THREADS,
          GroundingOptions.DECODING_MEMORY,
          GroundingOptions.MAX_ATTEMPTS,
          FetchOptions.ALLOWED_ROOTS,
          FetchOptions.MAX_READS_PER_FILE_SYSTEM,
          FetchOptions.FILE_TIMEOUT,
          FetchOptions.MEMORY,
          FetchOptions.ALLOWED_HOSTS,
          FetchOptions.PLAIN_ALLOWED,
          FetchOptions.OPENED_ADDRESSES,
          FetchOptions.CONNECT_TIMEOUT,
          FetchOptions.RESPONSE_TIMEOUT,
          FetchOptions.TRANSFER_TIMEOUT,
          FetchOptions.TOTAL_TIMEOUT,
          FetchOptions.MAX_ATTEMPTS,
          FetchOptions.MAX_REDIRECTS,
          FetchOptions.MAX_CONNECTIONS,
          FetchOptions.MAX_CONNECTIONS_PER_HOST,
          FetchOptions.REUSE_WINDOW,
          FetchOptions.REUSE_MEMORY,
          DeadLetterOptions.MAX_BYTES,
          DeadLetterOptions.MAX_ATTEMPTS,
          ArchiveOptions.PATHS,
          ArchiveOptions.ROOT,
          ArchiveOptions.PICTURE_SUFFIXES,
          ArchiveOptions.ATTRIBUTES,
          ArchiveOptions.MAX_ATTRIBUTE_BYTES,
          ArchiveOptions.MAX_SIDECAR_BYTES,
          ArchiveOptions.IMAGE_COLUMN,
          ArchiveOptions.URI_COLUMN,
          ArchiveOptions.ID_COLUMN,
          ArchiveOptions.REQUESTS_COLUMN,
          ArchiveOptions.GROUP_FILES,
          ArchiveOptions.GROUP_BYTES,
          ArchiveOptions.MAX_SPLIT_BYTES,
          ArchiveOptions.MAX_ROW_GROUP_BYTES,
          ArchiveOptions.PICTURES_PER_SECOND,
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
          JobOptions.CHECKPOINT_INTERVAL);

  private Options() {}

  /** Returns all options in the order in which they are best read. */
  public static List<ConfigOption<?>> all() {
    return ALL;
  }

  /** Returns the prefixes of keys that are passed through to others. */
  public static List<String> prefixes() {
    return List.of(
        KafkaOptions.PROPERTIES_PREFIX, RegistryOptions.PROPERTIES_PREFIX, JobOptions.FLINK_PREFIX);
  }
}
