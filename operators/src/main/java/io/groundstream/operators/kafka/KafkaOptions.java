package io.groundstream.operators.kafka;

import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.connector.base.DeliveryGuarantee;

/** Options of the Kafka topics, clients and transactions of a job. */
public final class KafkaOptions {
  /** Keys with this prefix are settings of the Kafka clients. */
  public static final String PROPERTIES_PREFIX = "properties.";

  /** Where a consumer group without committed offsets starts. */
  public enum StartingOffsets {
    EARLIEST("earliest"),
    LATEST("latest");

    private final String id;

    StartingOffsets(String id) {
      this.id = id;
    }

    @Override
    public String toString() {
      return id;
    }
  }

  /** What becomes of results when the job fails. No choice loses them. */
  public enum Delivery {
    EXACTLY_ONCE(DeliveryGuarantee.EXACTLY_ONCE, "exactly-once"),
    AT_LEAST_ONCE(DeliveryGuarantee.AT_LEAST_ONCE, "at-least-once");

    private final DeliveryGuarantee guarantee;
    private final String id;

    Delivery(DeliveryGuarantee guarantee, String id) {
      this.guarantee = guarantee;
      this.id = id;
    }

    /** Returns what Kafka's sink calls it. */
    DeliveryGuarantee guarantee() {
      return guarantee;
    }

    @Override
    public String toString() {
      return id;
    }
  }

  /** What becomes of records without a value. */
  public enum Tombstones {
    /** They are counted, without further effect. */
    SKIP("skip"),
    /** What is known of the image is deleted. */
    DELETE("delete");

    private final String id;

    Tombstones(String id) {
      this.id = id;
    }

    @Override
    public String toString() {
      return id;
    }
  }

  public static final ConfigOption<String> BOOTSTRAP_SERVERS =
      ConfigOptions.key("kafka.bootstrap-servers")
          .stringType()
          .noDefaultValue()
          .withDescription("The brokers to connect to first, as host:port,host:port.");

  public static final ConfigOption<String> GROUP_ID =
      ConfigOptions.key("kafka.group-id")
          .stringType()
          .defaultValue("groundstream-enrich")
          .withDescription(
              "The consumer group. The job commits offsets under it for people to see; only"
                  + " Flink's checkpoints decide what has been processed.");

  public static final ConfigOption<StartingOffsets> STARTING_OFFSETS =
      ConfigOptions.key("kafka.starting-offsets")
          .enumType(StartingOffsets.class)
          .defaultValue(StartingOffsets.EARLIEST)
          .withDescription(
              "Where the job starts when there is neither a checkpoint nor a committed offset of"
                  + " the consumer group.");

  public static final ConfigOption<List<String>> EVENTS_TOPICS =
      ConfigOptions.key("kafka.topics.events")
          .stringType()
          .asList()
          .defaultValues("image-events")
          .withDescription(
              "The topic of the image events, or several topics. The keys events.topics.* give each"
                  + " its own format and requests. The default does not apply if"
                  + " kafka.topics.events-pattern is set.");

  public static final ConfigOption<String> EVENTS_PATTERN =
      ConfigOptions.key("kafka.topics.events-pattern")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "A regular expression of Java for the whole names of topics of events, beside"
                  + " kafka.topics.events. It must not match the topics of the results. Topics that"
                  + " are created later are read from their beginning.");

  public static final ConfigOption<Duration> DISCOVERY_INTERVAL =
      ConfigOptions.key("kafka.discovery-interval")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "How often the job looks for new partitions, and for new topics that"
                  + " kafka.topics.events-pattern matches.");

  public static final ConfigOption<String> IMAGES_TOPIC =
      ConfigOptions.key("kafka.topics.images")
          .stringType()
          .defaultValue("grounded-images")
          .withDescription("The topic that receives one record for each event.");

  public static final ConfigOption<String> PHRASES_TOPIC =
      ConfigOptions.key("kafka.topics.phrases")
          .stringType()
          .defaultValue("grounded-phrases")
          .withDescription("The topic that receives one record for each phrase.");

  public static final ConfigOption<String> DEAD_LETTERS_TOPIC =
      ConfigOptions.key("kafka.topics.dead-letters")
          .stringType()
          .defaultValue("dead-letters")
          .withDescription("The topic that receives what could not be processed.");

  public static final ConfigOption<Delivery> DELIVERY_GUARANTEE =
      ConfigOptions.key("kafka.delivery-guarantee")
          .enumType(Delivery.class)
          .defaultValue(Delivery.EXACTLY_ONCE)
          .withDescription(
              "exactly-once: results become visible to read_committed consumers with the"
                  + " checkpoint that holds their event's offset. at-least-once: results are"
                  + " visible at once, and some appear twice after a failure.");

  public static final ConfigOption<String> TRANSACTIONAL_ID_PREFIX =
      ConfigOptions.key("kafka.transactional-id-prefix")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The prefix of all transaction names. Two jobs on one Kafka cluster must not share"
                  + " it: they would abort each other's transactions. Default: kafka.group-id and"
                  + " a hash of the names of the four topics, so that two deployments differ"
                  + " unless all of that is the same.");

  public static final ConfigOption<Duration> TRANSACTION_TIMEOUT =
      ConfigOptions.key("kafka.transaction-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(15))
          .withDescription(
              "How long the broker keeps an open transaction. The time-out must be longer than a"
                  + " checkpoint and a restart of the job, else results are lost. It must not"
                  + " exceed the broker's transaction.max.timeout.ms.");

  public static final ConfigOption<Duration> ACCESS_TIMEOUT =
      ConfigOptions.key("kafka.access-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(5))
          .withDescription(
              "How long a job waits before it fails for good when brokers reject its password or"
                  + " its rights, since changes of these take a while to spread. Commands that"
                  + " start a job do not wait, nor do the job's sinks at their first start. Its"
                  + " sources wait at every start.");

  public static final ConfigOption<MemorySize> MAX_RECORD_BYTES =
      ConfigOptions.key("kafka.max-record-bytes")
          .memoryType()
          .defaultValue(new MemorySize(1_000_000))
          .withDescription(
              "The largest record that the job writes. A larger result becomes a dead letter. A"
                  + " topic's max.message.bytes applies where it is smaller.");

  public static final ConfigOption<Tombstones> TOMBSTONES =
      ConfigOptions.key("kafka.tombstones")
          .enumType(Tombstones.class)
          .defaultValue(Tombstones.SKIP)
          .withDescription(
              "What a record without a value means. skip: the job counts it and does nothing"
                  + " else. delete: its key identifies an image whose results are void. Then"
                  + " enrich answers a tombstone in the events' topic with one of the same key in"
                  + " the images' and in the phrases' topic, and index deletes the image's"
                  + " document for one in the images' topic.");

  private KafkaOptions() {}
}
