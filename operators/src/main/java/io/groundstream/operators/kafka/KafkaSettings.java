package io.groundstream.operators.kafka;

import io.groundstream.operators.kafka.KafkaOptions.StartingOffsets;
import io.groundstream.operators.settings.JobOptions;
import io.groundstream.operators.settings.JobSettings;
import io.groundstream.operators.settings.SettingsReader;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.connector.base.DeliveryGuarantee;

/**
 * Checked {@link KafkaOptions}.
 *
 * @param events the topics of the events
 * @param discoveryInterval how often sources look for new topics and partitions
 * @param accessTimeout how long a job that has been running waits for rights
 * @param maxRecordBytes the largest record to write, in bytes
 * @param properties settings of the Kafka clients
 */
public record KafkaSettings(
    String bootstrapServers,
    String groupId,
    StartingOffsets startingOffsets,
    EventTopics events,
    String imagesTopic,
    String phrasesTopic,
    String deadLettersTopic,
    DeliveryGuarantee deliveryGuarantee,
    String transactionalIdPrefix,
    Duration transactionTimeout,
    Duration discoveryInterval,
    Duration accessTimeout,
    int maxRecordBytes,
    Map<String, String> properties)
    implements Serializable {

  private static final Pattern SERVERS =
      Pattern.compile("\\s*[^\\s,]+:\\d{1,5}\\s*(,\\s*[^\\s,]+:\\d{1,5}\\s*)*");
  private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
  static final String TOPIC_EXPECTED = "up to 249 letters, digits, dots, underscores and hyphens";

  /** The smallest limit of a topic: room for a dead letter without its original. */
  public static final int LEAST_RECORD_BYTES = 64 * 1024;

  /** The producer's setting that a record has to fit into, beside the size of a request. */
  public static final String BUFFER_MEMORY = "buffer.memory";

  private static final int PREFIX_HASH_BYTES = 4;

  /** Rights spread within minutes; a day is a generous bound. */
  private static final Duration LONGEST_ACCESS_TIMEOUT = Duration.ofHours(24);

  /** Each look is a request to the brokers. */
  private static final Duration SHORTEST_DISCOVERY = Duration.ofMillis(100);

  private static final Duration LONGEST_DISCOVERY = Duration.ofHours(24);

  /** The size of a request beyond its one record, generously. */
  private static final int REQUEST_OVERHEAD_BYTES = 1024;

  /** The settings that the job sets itself, and the option to use instead. */
  private static final Map<String, String> OWNED =
      Map.ofEntries(
          Map.entry("bootstrap.servers", "use " + KafkaOptions.BOOTSTRAP_SERVERS.key()),
          Map.entry("group.id", "use " + KafkaOptions.GROUP_ID.key()),
          Map.entry("auto.offset.reset", "use " + KafkaOptions.STARTING_OFFSETS.key()),
          Map.entry("transactional.id", "use " + KafkaOptions.TRANSACTIONAL_ID_PREFIX.key()),
          Map.entry("transaction.timeout.ms", "use " + KafkaOptions.TRANSACTION_TIMEOUT.key()),
          Map.entry("max.request.size", "use " + KafkaOptions.MAX_RECORD_BYTES.key()),
          Map.entry("key.serializer", "nothing, it is fixed"),
          Map.entry("value.serializer", "nothing, it is fixed"),
          Map.entry("key.deserializer", "nothing, it is fixed"),
          Map.entry("value.deserializer", "nothing, it is fixed"));

  public KafkaSettings {
    properties = Map.copyOf(properties);
  }

  /** Reads the settings, and reports what is wrong with them. */
  public static KafkaSettings read(SettingsReader reader) {
    Map<String, String> properties = reader.under(KafkaOptions.PROPERTIES_PREFIX);
    properties.forEach(
        (key, value) -> {
          String instead = OWNED.get(key);
          if (instead != null) {
            reader.problem(KafkaOptions.PROPERTIES_PREFIX + key, value, instead);
          }
        });
    String groupId = reader.get(KafkaOptions.GROUP_ID, text -> !text.isBlank(), "a name");
    EventTopics events = EventTopics.read(reader);
    String images = topic(reader, KafkaOptions.IMAGES_TOPIC);
    String phrases = topic(reader, KafkaOptions.PHRASES_TOPIC);
    String deadLetters = topic(reader, KafkaOptions.DEAD_LETTERS_TOPIC);
    String prefix =
        reader.find(KafkaOptions.TRANSACTIONAL_ID_PREFIX, text -> !text.isBlank(), "a name");
    KafkaSettings settings =
        new KafkaSettings(
            bootstrapServers(reader),
            groupId,
            reader.get(KafkaOptions.STARTING_OFFSETS, any -> true, "earliest or latest"),
            events,
            images,
            phrases,
            deadLetters,
            reader
                .get(KafkaOptions.DELIVERY_GUARANTEE, any -> true, "exactly-once or at-least-once")
                .guarantee(),
            prefix == null ? prefix(groupId, named(events), images, phrases, deadLetters) : prefix,
            reader.get(
                KafkaOptions.TRANSACTION_TIMEOUT,
                time -> time.toMillis() >= 1000 && time.toMillis() <= Integer.MAX_VALUE,
                "1 s to 24 d"),
            reader.get(
                KafkaOptions.DISCOVERY_INTERVAL,
                time ->
                    time.compareTo(SHORTEST_DISCOVERY) >= 0
                        && time.compareTo(LONGEST_DISCOVERY) <= 0,
                "100 ms to 24 h"),
            reader.get(
                KafkaOptions.ACCESS_TIMEOUT,
                time -> !time.isNegative() && time.compareTo(LONGEST_ACCESS_TIMEOUT) <= 0,
                "0 s to 24 h"),
            (int)
                reader
                    .get(
                        KafkaOptions.MAX_RECORD_BYTES,
                        size ->
                            size.getBytes() >= LEAST_RECORD_BYTES
                                && size.getBytes() <= Integer.MAX_VALUE / 2,
                        "64 kb to 1 gb")
                    .getBytes(),
            properties);
    settings.checkTopicsDiffer(reader);
    settings.checkBuffer(reader);
    return settings;
  }

  /** Returns the topics of the events as a text that differs for other topics. */
  private static String named(EventTopics events) {
    String names = String.join(";", events.names());
    return events.pattern() == null ? names : names + "/" + events.pattern();
  }

  /** Returns a prefix that stays the same for a job, and differs for a job with other topics. */
  private static String prefix(String groupId, String... topics) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(String.join("\n", topics).getBytes(StandardCharsets.UTF_8));
      return groupId + "-" + HexFormat.of().formatHex(hash, 0, PREFIX_HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String bootstrapServers(SettingsReader reader) {
    String expected = "brokers as host:port,host:port";
    String servers = reader.require(KafkaOptions.BOOTSTRAP_SERVERS, expected);
    if (!servers.isEmpty() && !SERVERS.matcher(servers).matches()) {
      reader.problem(KafkaOptions.BOOTSTRAP_SERVERS, expected);
    }
    return servers;
  }

  /** Returns whether a text can be the name of a topic. */
  static boolean isTopic(String name) {
    return TOPIC.matcher(name).matches();
  }

  /** Reads the name of a topic, and reports what is wrong with it. */
  public static String topic(SettingsReader reader, ConfigOption<String> option) {
    return reader.get(option, KafkaSettings::isTopic, TOPIC_EXPECTED);
  }

  /** Returns the same settings for a sink whose transactions have names of their own. */
  public KafkaSettings withTransactionalIdPrefix(String prefix) {
    return new KafkaSettings(
        bootstrapServers,
        groupId,
        startingOffsets,
        events,
        imagesTopic,
        phrasesTopic,
        deadLettersTopic,
        deliveryGuarantee,
        prefix,
        transactionTimeout,
        discoveryInterval,
        accessTimeout,
        maxRecordBytes,
        properties);
  }

  /** Returns the size of the largest request to the brokers, which holds one record. */
  public int maxRequestBytes() {
    return maxRecordBytes + REQUEST_OVERHEAD_BYTES;
  }

  /** Reports a time-out with which Kafka would abort transactions before checkpoints commit. */
  public void checkTransactions(SettingsReader reader, JobSettings job) {
    if (deliveryGuarantee == DeliveryGuarantee.EXACTLY_ONCE
        && transactionTimeout.compareTo(job.checkpointInterval()) <= 0) {
      reader.problem(
          KafkaOptions.TRANSACTION_TIMEOUT,
          "more than " + JobOptions.CHECKPOINT_INTERVAL.key() + ", with time for a restart");
    }
  }

  private void checkBuffer(SettingsReader reader) {
    String bytes = properties.get(BUFFER_MEMORY);
    if (bytes != null
        && bytes.strip().matches("\\d{1,18}")
        && Long.parseLong(bytes.strip()) < maxRequestBytes()) {
      reader.problem(
          KafkaOptions.PROPERTIES_PREFIX + BUFFER_MEMORY,
          bytes,
          ">= " + maxRequestBytes() + ", room for " + KafkaOptions.MAX_RECORD_BYTES.key());
    }
  }

  /** Topics must differ: each has one schema, and a job that reads its own output never ends. */
  private void checkTopicsDiffer(SettingsReader reader) {
    Map<String, String> seen = new LinkedHashMap<>();
    events.names().forEach(name -> seen.put(name, KafkaOptions.EVENTS_TOPICS.key()));
    checkNew(reader, seen, imagesTopic, KafkaOptions.IMAGES_TOPIC);
    checkNew(reader, seen, phrasesTopic, KafkaOptions.PHRASES_TOPIC);
    checkNew(reader, seen, deadLettersTopic, KafkaOptions.DEAD_LETTERS_TOPIC);
  }

  private void checkNew(
      SettingsReader reader, Map<String, String> seen, String topic, ConfigOption<String> option) {
    String other = seen.putIfAbsent(topic, option.key());
    if (other != null) {
      reader.problem(option, "another topic than that of " + other);
    }
    if (events.matches(topic)) {
      reader.problem(
          KafkaOptions.EVENTS_PATTERN,
          "a pattern that does not match " + topic + ", which is " + option.key());
    }
  }
}
