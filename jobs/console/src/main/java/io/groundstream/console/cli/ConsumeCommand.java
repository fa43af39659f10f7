package io.groundstream.console.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.console.view.FollowOptions;
import io.groundstream.console.view.ResultFollower;
import io.groundstream.console.view.ViewException;
import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.operators.kafka.KafkaNeeds;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistry;
import io.groundstream.schemas.WireFormat;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints a topic's records as JSON lines, or follows a job's results. */
@Command(
    name = "consume",
    mixinStandardHelpOptions = true,
    description = {
      "Print the records of a topic as JSON lines, from the beginning.",
      "",
      "One JSON object a line on standard output. Records may be Avro, JSON Schema or Protobuf with"
          + " a schema of the registry, or JSON alone. Bytes are Base64; times are milliseconds"
          + " since 1970 in Avro, and text otherwise. Reads committed records only. Any other"
          + " record is printed as {\"error\": …, \"value\": its bytes in Base64}.",
      "",
      "With --follow, show a job's results for people instead, as they arrive.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  All captions so far, then stop:",
      "    groundstream consume --topic grounded-images --idle-timeout 5s | jq .requests[].caption",
      "  Ten dead letters with their Kafka headers:",
      "    groundstream consume --topic dead-letters --count 10 --with-metadata",
      "  Watch a job in the terminal:",
      "    groundstream consume --follow --config enrich.yaml",
      "Exit codes: 0 all was read; 2 wrong usage; 3 a record could not be decoded, or brokers or"
          + " registry could not be reached."
    })
final class ConsumeCommand implements Callable<Integer> {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);

  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection;

  @Mixin private FollowMixin follow;

  @Option(names = "--topic", description = "The topic to read; required, unless --follow is given.")
  private @Nullable String topic;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "End after this many records or, with --follow, events (default: never).")
  private @Nullable Long count;

  @Option(
      names = "--idle-timeout",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "End when no record has arrived for this time, such as 5s (default: never).")
  private @Nullable Duration idleTimeout;

  @Option(
      names = "--with-metadata",
      description =
          "Print {\"topic\", \"partition\", \"offset\", \"timestamp\", \"key\", \"headers\","
              + " \"value\"}, with the record as value.")
  private boolean withMetadata;

  private long undecodable;

  @Override
  public Integer call() throws CommandException {
    if (count != null && count < 0) {
      throw new ParameterException(spec.commandLine(), "--count: " + count + " (expected: >= 0)");
    }
    follow.check();
    if (follow.isOn()) {
      return follow();
    }
    if (topic == null) {
      throw new ParameterException(
          spec.commandLine(), "Missing required option: '--topic=<topic>' or --follow");
    }
    return print(topic);
  }

  private int follow() throws CommandException {
    if (topic != null || withMetadata) {
      throw new ParameterException(
          spec.commandLine(),
          (topic == null ? "--with-metadata" : "--topic")
              + ": not with --follow, which reads the topics of a job"
              + " (expected: kafka.topics.images and others in --config or -D)");
    }
    FollowOptions options = follow.options(connection, count, idleTimeout);
    KafkaSettings topics = options.topics().kafka();
    PrintWriter err = spec.commandLine().getErr();
    err.printf(
        "Following %s, %s and %s at %s; Ctrl-C ends it.%n",
        topics.imagesTopic(),
        topics.phrasesTopic(),
        topics.deadLettersTopic(),
        topics.bootstrapServers());
    err.flush();
    try {
      ResultFollower.follow(
          options, new PrintStream(System.out, false, StandardCharsets.UTF_8), err);
      return ExitCodes.OK;
    } catch (ViewException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.OK;
    }
  }

  private int print(String topic) throws CommandException {
    // JSON is always UTF-8, whatever the encoding of the terminal.
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    Map<String, String> defaults =
        Map.of(
            "auto.offset.reset",
            "earliest",
            "default.api.timeout.ms",
            Long.toString(CONNECT_TIMEOUT.toMillis()));
    try (SchemaRegistry registry = connection.connectRegistry();
        KafkaConsumer<byte[], byte[]> consumer =
            connection.kafka().withDefaults(defaults).consumer("consume", Map.of())) {
      read(topic, consumer, new AnyRecordReader(registry), out);
    } catch (KafkaException e) {
      throw connection.failure(
          "Cannot read topic " + topic, e, new KafkaNeeds(List.of(topic), List.of(), null, null));
    } catch (RegistryUnavailableException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
    return undecodable == 0 ? ExitCodes.OK : ExitCodes.FAILED;
  }

  private void read(
      String topic, KafkaConsumer<byte[], byte[]> consumer, AnyRecordReader reader, PrintStream out)
      throws CommandException, RegistryUnavailableException {
    List<PartitionInfo> partitions = consumer.partitionsFor(topic, CONNECT_TIMEOUT);
    if (partitions == null || partitions.isEmpty()) {
      throw new CommandException(
          "--topic: " + topic + " is not at " + connection.bootstrapServers());
    }
    List<TopicPartition> assigned =
        partitions.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
    consumer.assign(assigned);
    consumer.seekToBeginning(assigned);
    long printed = 0;
    long lastRecord = System.nanoTime();
    while (count == null || printed < count) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (count != null && printed == count) {
          break;
        }
        out.println(line(record, reader));
        printed++;
        lastRecord = System.nanoTime();
      }
      out.flush();
      if (out.checkError()) {
        // The reader of the output, such as head, has ended.
        return;
      }
      if (idleTimeout != null && System.nanoTime() - lastRecord > idleTimeout.toNanos()) {
        return;
      }
    }
  }

  private JsonNode line(ConsumerRecord<byte[], byte[]> record, AnyRecordReader reader)
      throws RegistryUnavailableException {
    Header schema = record.headers().lastHeader(WireFormat.VALUE_HEADER);
    JsonNode value = value(record.value(), schema == null ? null : schema.value(), reader);
    if (!withMetadata) {
      return value;
    }
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("topic", record.topic());
    object.put("partition", record.partition());
    object.put("offset", record.offset());
    object.put("timestamp", record.timestamp());
    object.put("key", utf8(record.key()));
    ArrayNode headers = object.putArray("headers");
    for (Header header : record.headers()) {
      headers.addObject().put("key", header.key()).put("value", utf8(header.value()));
    }
    object.set("value", value);
    return object;
  }

  private JsonNode value(byte @Nullable [] bytes, byte @Nullable [] header, AnyRecordReader reader)
      throws RegistryUnavailableException {
    if (bytes == null) {
      return JsonNodeFactory.instance.nullNode();
    }
    try {
      return reader.read(bytes, header);
    } catch (AnyRecordReader.UndecodableException e) {
      undecodable++;
      return JsonNodeFactory.instance
          .objectNode()
          .put("error", String.valueOf(e.getMessage()))
          .put("value", Base64.getEncoder().encodeToString(bytes));
    }
  }

  private static @Nullable String utf8(byte @Nullable [] bytes) {
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }
}
